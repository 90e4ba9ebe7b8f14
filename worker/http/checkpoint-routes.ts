import {
  CHECKPOINT_HEADER,
  type Checkpoint,
  decodeCheckpointHeader,
  encodeCheckpointHeader,
  MAX_CHECKPOINT_BYTES,
} from '../../protocol/checkpoint.ts';
import { reportRescueBodySchema } from '../../protocol/http.ts';
import { type SessionId, splitTaskId } from '../../protocol/ids.ts';
import type { TicketClaims } from '../access/ticket.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import {
  deleteCheckpointBody,
  getCheckpointBody,
  putCheckpointBody,
} from '../checkpoint/checkpoint-bodies.ts';
import { takeBytes } from '../checkpoint/take-bytes.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError, refusalProblem } from './problem.ts';
import { readBody } from './read-input.ts';
import type { AppContext, Route } from './route.ts';
import { sessionIdIn } from './session-of-path.ts';

/** What a runner stores with its session for another machine, and what it gets of it. */
export const checkpointRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/resume-point',
    access: 'ticket',
    handle: async (c, { sessionId, taskNumber, runnerId, epoch }) => {
      const { point } = await ask(c, sessionId, { type: 'resume_point', taskNumber, runnerId, epoch });
      return c.json(point);
    },
  },
  {
    method: 'PUT',
    path: '/api/sessions/:id/tasks/:number/checkpoint',
    access: 'ticket',
    maxBodyBytes: MAX_CHECKPOINT_BYTES,
    handle: putCheckpoint,
  },
  {
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/checkpoint',
    access: 'ticket',
    handle: async (c, { sessionId, taskNumber, runnerId, epoch }) => {
      const { checkpoint } = await ask(c, sessionId, { type: 'resume_point', taskNumber, runnerId, epoch });
      return bodyResponse(c, sessionId, checkpoint, null);
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/:id/checkpoint',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const { checkpoint } = await ask(c, sessionIdIn(c), { type: 'current' });
      if (checkpoint === null) throw notFoundProblem('stored checkpoint of this session');
      return c.json(checkpoint);
    },
  },
  {
    method: 'GET',
    path: '/api/sessions/:id/checkpoint/bundle',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => {
      const id = sessionIdIn(c);
      const { checkpoint } = await ask(c, id, { type: 'current' });
      return bodyResponse(c, id, checkpoint, checkpoint?.bundleBytes ?? null);
    },
  },
  {
    method: 'DELETE',
    path: '/api/sessions/:id/checkpoint',
    access: 'user',
    needs: 'operator',
    handle: async (c) => {
      await ask(c, sessionIdIn(c), { type: 'forget' });
      return c.body(null, 204);
    },
  },
  {
    method: 'POST',
    path: '/api/runners/rescues',
    access: 'runner',
    handle: async (c, { id: runnerId, name: runnerName, account }) => {
      const { taskId, ...rescue } = await readBody(c, reportRescueBodySchema);
      const { sessionId, taskNumber } = splitTaskId(taskId);
      await ask(c, sessionId, { type: 'rescued', taskNumber, runnerId, runnerName, account, ...rescue });
      return c.body(null, 204);
    },
  },
];

/** The body goes to R2 under a name of its own; only then the session is told, and judges once more. */
async function putCheckpoint(c: AppContext, claims: TicketClaims): Promise<Response> {
  const { sessionId, taskNumber, runnerId, epoch } = claims;
  const header = decodeCheckpointHeader(c.req.header(CHECKPOINT_HEADER) ?? '');
  if (header === null || header.epoch !== epoch) throw badHeaderProblem();
  const bytes = header.bundleBytes + header.transcriptBytes;
  const { body } = c.req.raw;
  // R2 takes only a body whose length is known before it is read.
  const isWhole = c.req.header('content-length') === String(bytes);
  if (body === null || bytes === 0 || bytes > MAX_CHECKPOINT_BYTES || !isWhole) throw badHeaderProblem();
  const offer = { taskNumber, runnerId, header };
  const answer = await ask(c, sessionId, { type: 'offer', ...offer });
  if (answer.isKnown === true) {
    await body.cancel();
    return c.body(null, 204);
  }
  const place = { sessionId, id: header.id };
  await putCheckpointBody(c.env, place, body, bytes);
  const kept = await sessionOf(c.env, sessionId).checkpoint({ type: 'keep', ...offer });
  if (kept.status === 'refused') {
    await deleteCheckpointBody(c.env, place);
    throw refusalProblem(kept);
  }
  return c.body(null, 204);
}

/** @param firstBytes how much of it; null for all */
async function bodyResponse(
  c: AppContext,
  sessionId: SessionId,
  checkpoint: Checkpoint | null,
  firstBytes: number | null,
): Promise<Response> {
  if (checkpoint === null) throw notFoundProblem('stored checkpoint of this session');
  const body = await getCheckpointBody(c.env, { sessionId, id: checkpoint.id });
  if (body === null) throw notFoundProblem('stored checkpoint of this session');
  const bytes = firstBytes ?? checkpoint.bundleBytes + checkpoint.transcriptBytes;
  return new Response(firstBytes === null ? body : body.pipeThrough(takeBytes(firstBytes)), {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="checkpoint-${checkpoint.id.slice(0, 8)}.bundle"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      [CHECKPOINT_HEADER]: encodeCheckpointHeader(checkpoint),
      'x-signalbox-bytes': String(bytes),
    },
  });
}

async function ask(
  c: AppContext,
  sessionId: SessionId,
  what: CheckpointAsk,
): Promise<Exclude<CheckpointAnswer, { status: 'refused' }>> {
  const answer: CheckpointAnswer = await sessionOf(c.env, sessionId).checkpoint(what);
  if (answer.status === 'refused') throw refusalProblem(answer);
  return answer;
}

function badHeaderProblem(): ProblemError {
  return new ProblemError(422, 'invalid_checkpoint', {
    title: 'The checkpoint is not valid',
    detail: `"${CHECKPOINT_HEADER}" does not describe a checkpoint of this attempt, or the body is not what it says.`,
    remedy: 'Update the runner to the version of this deployment.',
  });
}
