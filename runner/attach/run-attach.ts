import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../cli/parse-command.ts';
import type { Place } from '../config/settings.ts';
import { readToken } from '../register/read-token.ts';
import { type AttachResult, attachProject } from './attach-project.ts';
import { attachmentFolder, readKey } from './attachment.ts';
import { detachProject } from './detach-project.ts';
import { sendReports } from './send-reports.ts';

const API_KEY = { variable: 'SIGNALBOX_API_KEY', what: 'API key' };

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

type Caller = Pick<NodeJS.Process, 'env' | 'stdin' | 'stderr' | 'cwd' | 'execPath'>;

/** `signalbox-runner attach` as it is typed. */
export async function runAttach(
  { project, session, account, keyFile }: Extract<Command, { name: 'attach' }>,
  { url, dataDir }: Place,
  caller: Caller,
): Promise<AttachResult> {
  const { env, stdin, stderr, execPath } = caller;
  const path = projectOf(project, caller);
  const isAsked = keyFile !== null || (env[API_KEY.variable] ?? '') !== '';
  const isKept = !isAsked && readKey(attachmentFolder(dataDir, path)) !== null;
  const key = isKept ? null : await readToken({ env, file: keyFile, stdin, stderr }, API_KEY);
  const sender = { node: execPath, bin: BIN };
  const spec = { url, dataDir, project: path, account, session, key: key === '' ? null : key, sender };
  return attachProject(spec, { fetch, newId: randomUUID });
}

/** `signalbox-runner detach` as it is typed. */
export function runDetach(
  { project, discard }: Extract<Command, { name: 'detach' }>,
  { dataDir }: Pick<Place, 'dataDir'>,
  caller: Caller,
): Promise<AttachResult> {
  const deps = { fetch, env: caller.env, random: Math.random, now: Date.now };
  return detachProject({ dataDir, project: projectOf(project, caller), discard }, deps);
}

/** What a hook starts in the background. */
export async function runSender(folder: string, caller: Pick<NodeJS.Process, 'env' | 'once'>): Promise<void> {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) caller.once(signal, () => ended.abort());
  const deps = { fetch, env: caller.env, random: Math.random, now: Date.now };
  await sendReports(folder, { ...deps, signal: ended.signal });
}

/** The folder as Claude Code sees it: without links, so that both names of one folder are one. */
function projectOf(project: string | null, { cwd }: Pick<Caller, 'cwd'>): string {
  const path = resolve(cwd(), project ?? '.');
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
