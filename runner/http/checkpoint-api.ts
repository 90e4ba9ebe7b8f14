import { createHash } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attachment } from '../../protocol/attachments.ts';
import {
  CHECKPOINT_HEADER,
  type Checkpoint,
  type CheckpointHeader,
  checkpointBytes,
  decodeCheckpoint,
  encodeCheckpointHeader,
  type ResumePoint,
  resumePointSchema,
} from '../../protocol/checkpoint.ts';
import type { ReportRescueBody } from '../../protocol/git-access.ts';
import { splitTaskId } from '../../protocol/ids.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { reconnectDelayMs } from '../socket/reconnect-delay.ts';
import { controlPlaneUrl } from '../socket/socket-url.ts';
import type { JobApiDeps } from './git-token.ts';

/** A question to the session; it answers within a second or not at all. */
const ASK_DEADLINE_MS = 15_000;

/** 32 MB at a little over 2 Mbit/s. */
const BODY_DEADLINE_MS = 120_000;

/** About ten seconds in all. A state that was not stored is stored with the next one. */
const MAX_ATTEMPTS = 6;

export type ApiFailure =
  /** The control plane says no; asking again changes nothing. */
  { status: 'refused'; httpStatus: number; message: string } | { status: 'unreachable'; message: string };

type Call = {
  method: 'GET' | 'PUT';
  name: string;
  deadlineMs: number;
  headers?: Record<string, string>;
  body?: Blob;
};

/** What is known of the session's state elsewhere. */
export async function requestResumePoint(
  deps: JobApiDeps,
): Promise<{ status: 'ok'; point: ResumePoint } | ApiFailure> {
  const call: Call = { method: 'GET', name: 'resume-point', deadlineMs: ASK_DEADLINE_MS };
  return asked(deps, call, async (response) => {
    return { status: 'ok', point: resumePointSchema.parse(await response.json()) };
  });
}

/** Sends a stored state; the same one may be sent again. @param file bundle and transcript as the header says */
export async function uploadCheckpoint(
  deps: JobApiDeps,
  header: CheckpointHeader,
  file: string,
): Promise<{ status: 'ok' } | ApiFailure> {
  const headers = {
    [CHECKPOINT_HEADER]: encodeCheckpointHeader(header),
    'content-type': 'application/octet-stream',
  };
  const body = await openAsBlob(file);
  const call: Call = { method: 'PUT', name: 'checkpoint', deadlineMs: BODY_DEADLINE_MS, headers, body };
  return asked(deps, call, async () => ({ status: 'ok' }));
}

/** Fetches the session's stored state into a file. */
export async function downloadCheckpoint(
  deps: JobApiDeps,
  file: string,
): Promise<{ status: 'ok'; checkpoint: Checkpoint } | ApiFailure> {
  const call: Call = { method: 'GET', name: 'checkpoint', deadlineMs: BODY_DEADLINE_MS };
  return asked(deps, call, async (response) => {
    const checkpoint = decodeCheckpoint(response.headers.get(CHECKPOINT_HEADER) ?? '');
    if (checkpoint === null || response.body === null) throw new Error('The answer holds no checkpoint.');
    const target = createWriteStream(file, { mode: 0o600 });
    await pipeline(Readable.fromWeb(response.body), target);
    if (target.bytesWritten !== checkpointBytes(checkpoint)) {
      throw new Error(`The checkpoint ended after ${target.bytesWritten} bytes.`);
    }
    return { status: 'ok', checkpoint };
  });
}

/** Fetches an image that came with a message. What is not what was named is not taken. */
export async function downloadAttachment(
  deps: JobApiDeps,
  { id, bytes, sha256 }: Attachment,
): Promise<{ status: 'ok'; content: Buffer } | ApiFailure> {
  const call: Call = { method: 'GET', name: `attachments/${id}`, deadlineMs: BODY_DEADLINE_MS };
  return asked(deps, call, async (response) => {
    const content = Buffer.from(await response.arrayBuffer());
    const hash = createHash('sha256').update(content).digest('hex');
    if (content.length !== bytes || hash !== sha256)
      throw new Error('The image is not the one that was named.');
    return { status: 'ok', content };
  });
}

async function asked<T>(
  deps: JobApiDeps,
  call: Call,
  read: (response: Response) => Promise<T>,
): Promise<T | ApiFailure> {
  let hasRenewed = false;
  let message = '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(reconnectDelayMs(attempt, deps.random()), undefined, { ref: false });
    if (deps.signal?.aborted === true) break;
    try {
      const response = await send(deps, call);
      if (response.ok) return await read(response);
      message = await problemOf(response);
      if (response.status === 401 && !hasRenewed) {
        hasRenewed = true;
        await Promise.race([deps.renewTicket(), sleep(ASK_DEADLINE_MS, undefined, { ref: false })]);
      } else if (response.status < 500 && response.status !== 429) {
        return { status: 'refused', httpStatus: response.status, message };
      }
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
  }
  return { status: 'unreachable', message };
}

function send(deps: JobApiDeps, { method, name, deadlineMs, headers, body }: Call): Promise<Response> {
  const { sessionId, taskNumber } = splitTaskId(deps.taskId);
  const deadline = AbortSignal.timeout(deadlineMs);
  return deps.fetch(
    controlPlaneUrl(deps.controlUrl, `/api/sessions/${sessionId}/tasks/${taskNumber}/${name}`),
    {
      method,
      headers: { ...headers, authorization: `Bearer ${deps.ticket()}` },
      redirect: 'error',
      signal: deps.signal === undefined ? deadline : AbortSignal.any([deps.signal, deadline]),
      ...(body === undefined ? {} : { body }),
    },
  );
}

async function problemOf(response: Response): Promise<string> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null));
  return parsed.data?.detail ?? `The control plane answered with HTTP ${response.status}.`;
}

/** Says where the work of a lost attempt is kept. @returns whether the control plane has taken note */
export async function reportRescue(
  deps: { controlUrl: string; credential: string; fetch: typeof fetch; random: () => number },
  body: ReportRescueBody,
): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(reconnectDelayMs(attempt, deps.random()), undefined, { ref: false });
    try {
      const response = await deps.fetch(controlPlaneUrl(deps.controlUrl, '/api/runners/rescues'), {
        method: 'POST',
        headers: { authorization: `Bearer ${deps.credential}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(ASK_DEADLINE_MS),
      });
      if (response.ok) return true;
      if (response.status < 500 && response.status !== 429) return false;
    } catch {
      // The next try, or nobody: the work is kept all the same.
    }
  }
  return false;
}
