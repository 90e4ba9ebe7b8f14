import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HookInput, HookReport } from '../../protocol/hooks.ts';
import { cleanDeep } from '../../redact/clean-deep.ts';
import { KnownValues } from '../redact/known-values.ts';
import { Redactor } from '../redact/redactor.ts';
import { type Claim, claimFolder } from '../start/claim-folder.ts';
import { secretValues } from '../start/secret-values.ts';
import {
  type Attachment,
  fullMarkOf,
  noteProblem,
  readAttachment,
  readKey,
  senderPidOf,
  spoolOf,
} from './attachment.ts';
import { type Posted, postReports } from './post-reports.ts';
import { type Batch, dropSpooled, readSpool, spooledFiles } from './spool.ts';
import { SpoolBell } from './spool-bell.ts';

/** Between two prompts of a person; starting anew costs a few hundred milliseconds of a core. */
const IDLE_MS = 2 * 60_000;

/** Ending takes no longer; a sender that works keeps its claim. */
const CLAIM_TRIES = 4;
const CLAIM_PAUSE_MS = 100;

/** First and longest wait of a try again; between them it doubles, with full jitter. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 60_000;

/** Who can't be reached for so long is tried again with the next report. */
const GIVE_UP_MS = 30 * 60_000;

export type SenderDeps = {
  fetch: typeof fetch;
  env: Readonly<Record<string, string | undefined>>;
  random: () => number;
  now: () => number;
  /** Ends the wait between two tries, and the waiting for reports. */
  signal: AbortSignal;
  idleMs?: number;
  retryMaxMs?: number;
};

export type Sent = 'idle' | 'taken' | 'not_attached' | 'gave_up' | 'stopped';

/**
 * Sends what the hooks of a project have kept until nothing comes any more. One process a project does; another ends
 * at once.
 */
export async function sendReports(folder: string, deps: SenderDeps): Promise<Sent> {
  if (readAttachment(folder) === null) return 'not_attached';
  const claim = await claimSoon(folder);
  if (claim.status === 'taken') {
    // The script has noted this process; the one that sends is another.
    noteSender(folder, claim.by.pid);
    return 'taken';
  }
  const bell = new SpoolBell(spoolOf(folder), deps.signal);
  try {
    for (;;) {
      noteSender(folder, process.pid);
      const end = await sendUntilIdle(folder, deps, bell);
      // A hook that came just now saw this process run and started no other: look once more without being seen.
      rmSync(senderPidOf(folder), { force: true });
      if (end !== 'idle' || spooledFiles(spoolOf(folder)).length === 0) return end;
    }
  } finally {
    bell.close();
    claim.release();
  }
}

/** A sender that is just ending does not see what was written after its last look. */
async function claimSoon(folder: string): Promise<Claim> {
  for (let tries = 1; ; tries += 1) {
    const claim = claimFolder(folder);
    if (claim.status === 'claimed' || tries === CLAIM_TRIES) return claim;
    await sleep(CLAIM_PAUSE_MS);
  }
}

function noteSender(folder: string, pid: number): void {
  writeFileSync(senderPidOf(folder), `${pid}\n`, { mode: 0o600 });
}

async function sendUntilIdle(folder: string, deps: SenderDeps, bell: SpoolBell): Promise<Sent> {
  const { idleMs = IDLE_MS, retryMaxMs = RETRY_MAX_MS, now, random, signal } = deps;
  let failures = 0;
  let failingSinceMs: number | null = null;
  let max: number | undefined;
  for (;;) {
    if (signal.aborted) return 'stopped';
    const spool = spoolOf(folder);
    const attachment = readAttachment(folder);
    const key = readKey(folder);
    if (attachment === null || key === null) return 'not_attached';
    const { batch, useless } = readSpool(spool, cleaner(key, deps.env), max);
    dropSpooled(spool, useless);
    if (batch === null) {
      if (!(await bell.rings(idleMs))) return signal.aborted ? 'stopped' : 'idle';
      continue;
    }
    const posted = await post(folder, attachment, key, batch, deps);
    noteProblem(folder, posted.status === 'stored' ? null : posted.message);
    if (posted.status === 'stored' || (posted.status === 'bad' && batch.files.length === 1)) {
      dropSpooled(spool, batch.files);
      failures = 0;
      failingSinceMs = null;
      // After the one that was refused the rest goes together again.
      if (posted.status === 'bad') max = undefined;
      continue;
    }
    if (posted.status === 'bad') {
      max = Math.ceil(batch.files.length / 2);
      continue;
    }
    failingSinceMs ??= now();
    if (now() - failingSinceMs >= GIVE_UP_MS) return 'gave_up';
    const ceilingMs = posted.status === 'refused' ? retryMaxMs : RETRY_FIRST_MS * 2 ** Math.min(failures, 10);
    failures += 1;
    await bell.pause(Math.min(retryMaxMs, ceilingMs) * (0.5 + random() / 2));
  }
}

async function post(
  folder: string,
  { url, account, session }: Attachment,
  key: string,
  batch: Batch,
  deps: SenderDeps,
): Promise<Posted> {
  const { claudeSessionId, cwd } = batch;
  const isFull = existsSync(fullMarkOf(folder));
  const reports = isFull ? [lossOf(batch), ...batch.reports.slice(0, -1)] : batch.reports;
  const posted = await postReports(
    { url, key, fetch: deps.fetch },
    {
      ...(account === null ? {} : { account }),
      ...(session === null ? {} : { session }),
      claudeSessionId,
      cwd,
      host: hostname().slice(0, 200) || null,
      reports,
    },
  );
  if (posted.status === 'stored' && isFull) {
    rmSync(fullMarkOf(folder), { force: true });
    // The last one made room for the word of the loss.
    batch.files.pop();
  }
  return posted;
}

/** Nothing is thrown away in silence. */
function lossOf({ claudeSessionId, reports }: Batch): HookReport {
  const at = reports[0]?.at ?? 0;
  const text = 'Reports were thrown away: too many waited on the machine while they could not be sent.';
  const key = `${claudeSessionId}:lost:${reports[0]?.key ?? ''}`.slice(0, 500);
  return { key, at, promptId: null, agentId: null, fact: { type: 'noticed', text } };
}

/** Takes secrets out: those of this machine's environment by value, others by their form. */
function cleaner(key: string, env: SenderDeps['env']): (input: HookInput) => HookInput {
  const known = new KnownValues(secretValues({ credential: key, passEnvironment: [] }, env));
  const redactor = new Redactor(known);
  return (input) => cleanDeep(input, (text) => redactor.text(text));
}
