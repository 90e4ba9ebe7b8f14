import {
  CHECKPOINT_HEADER,
  type Checkpoint,
  checkpointBytes,
  checkpointSchema,
  decodeCheckpointHeader,
  encodeCheckpointHeader,
  MAX_CHECKPOINT_BYTES,
  type ResumePoint,
  resumePointSchema,
} from '../../protocol/checkpoint.ts';
import { reportRescueBodySchema } from '../../protocol/git-access.ts';
import { type SessionId, splitTaskId } from '../../protocol/ids.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { TicketClaims } from '../access/ticket.ts';
import type { CheckpointAnswer, CheckpointAsk } from '../checkpoint/checkpoint-ask.ts';
import {
  deleteCheckpointBody,
  getCheckpointBody,
  putCheckpointBody,
} from '../checkpoint/checkpoint-bodies.ts';
import { takeBytes } from '../checkpoint/take-bytes.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError, refusalProblem } from './problem.ts';
import { type AppContext, type Route, runnerRoute, ticketRoute, userRoute } from './route.ts';
import { EXAMPLE_CHECKPOINT } from './runner-examples.ts';
import { EXAMPLE_TASK_ID } from './session-examples.ts';
import { jobParamsSchema, reachSession, sessionParamsSchema } from './session-of-path.ts';

const POINT: ResumePoint = {
  checkpoint: null,
  lastRunnerName: null,
  begun: false,
  delivered: [],
  spent: { turns: 0, usage: NO_USAGE },
};

/** A body that is no JSON, with a header that says what it holds. */
const BUNDLE = 'application/octet-stream';

/** What a runner stores with its session for another machine, and what it gets of it. */
export const checkpointRoutes: Route[] = [
  ticketRoute({
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/resume-point',
    operation: {
      id: 'getResumePoint',
      tag: 'For runners',
      summary: 'Ask what a task that was begun elsewhere goes on from',
      params: jobParamsSchema,
      answers: { 200: { description: 'Where to go on', schema: resumePointSchema, example: POINT } },
      problems: ['fenced', 'not_allowed', 'conflict'],
    },
    handle: async (c, { sessionId, taskNumber, runnerId, epoch }) => {
      const { point } = await ask(c, sessionId, { type: 'resume_point', taskNumber, runnerId, epoch });
      return c.json(point);
    },
  }),
  ticketRoute({
    method: 'PUT',
    path: '/api/sessions/:id/tasks/:number/checkpoint',
    maxBodyBytes: MAX_CHECKPOINT_BYTES,
    operation: {
      id: 'putCheckpoint',
      tag: 'For runners',
      summary: 'Store the work of a job for other runners',
      description: `The header \`${CHECKPOINT_HEADER}\` describes the body, as \`protocol/checkpoint.ts\` says.`,
      params: jobParamsSchema,
      rawBody: { contentType: BUNDLE, description: "A git bundle, then Claude's transcript as gzip" },
      answers: { 204: { description: 'It is stored, or was before' } },
      problems: ['invalid_checkpoint', 'fenced', 'not_allowed', 'conflict', 'invalid'],
    },
    handle: putCheckpoint,
  }),
  ticketRoute({
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/checkpoint',
    operation: {
      id: 'getCheckpointForJob',
      tag: 'For runners',
      summary: 'Fetch the stored work of a session',
      params: jobParamsSchema,
      answers: { 200: { description: 'Bundle and transcript', contentType: BUNDLE } },
      problems: ['fenced', 'not_allowed', 'conflict'],
    },
    handle: async (c, { sessionId, taskNumber, runnerId, epoch }) => {
      const { checkpoint } = await ask(c, sessionId, { type: 'resume_point', taskNumber, runnerId, epoch });
      return bodyResponse(c, sessionId, checkpoint, null);
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/checkpoint',
    needs: 'viewer',
    operation: {
      id: 'getCheckpoint',
      tag: 'Record',
      summary: 'Show what of a session is stored for other runners',
      params: sessionParamsSchema,
      answers: {
        200: {
          description: 'Of what, when and by whom',
          schema: checkpointSchema,
          example: EXAMPLE_CHECKPOINT,
        },
      },
    },
    handle: async (c, caller, { params: { id } }) => {
      await reachSession(c, caller, id, 'viewer');
      const { checkpoint } = await ask(c, id, { type: 'current' });
      if (checkpoint === null) throw notFoundProblem('stored checkpoint of this session');
      return c.json(checkpoint);
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/checkpoint/bundle',
    needs: 'viewer',
    operation: {
      id: 'getCheckpointBundle',
      tag: 'Record',
      summary: 'Fetch the stored work of a session as a git bundle',
      description: 'In a clone: `git fetch checkpoint.bundle refs/signalbox/packing/<id>/work`.',
      params: sessionParamsSchema,
      answers: { 200: { description: 'The bundle', contentType: BUNDLE } },
    },
    handle: async (c, caller, { params: { id } }) => {
      await reachSession(c, caller, id, 'viewer');
      const { checkpoint } = await ask(c, id, { type: 'current' });
      return bodyResponse(c, id, checkpoint, checkpoint?.bundleBytes ?? null);
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/sessions/:id/checkpoint',
    needs: 'operator',
    operation: {
      id: 'deleteCheckpoint',
      tag: 'Record',
      summary: 'Delete what of a session is stored for other runners',
      params: sessionParamsSchema,
      answers: { 204: { description: 'Nothing is stored any more' } },
    },
    handle: async (c, caller, { params: { id } }) => {
      const { account, title } = await reachSession(c, caller, id, 'operator');
      const target = { kind: 'session', id, name: title };
      await audited(c, caller, { account, action: 'checkpoint.deleted', target }, () =>
        ask(c, id, { type: 'forget' }),
      );
      return c.body(null, 204);
    },
  }),
  runnerRoute({
    method: 'POST',
    path: '/api/runners/rescues',
    operation: {
      id: 'reportRescue',
      tag: 'For runners',
      summary: 'Say where a runner kept work that it no longer holds',
      body: reportRescueBodySchema,
      bodyExample: {
        taskId: EXAMPLE_TASK_ID,
        epoch: 1,
        ref: `refs/signalbox/rescue/${EXAMPLE_TASK_ID}/1`,
        sha: EXAMPLE_CHECKPOINT.work,
      },
      answers: { 204: { description: 'It is noted with the task' } },
      problems: ['not_found', 'not_allowed', 'conflict', 'fenced'],
    },
    handle: async (c, { id: runnerId, name: runnerName, account }, { body: { taskId, ...rescue } }) => {
      const { sessionId, taskNumber } = splitTaskId(taskId);
      await ask(c, sessionId, { type: 'rescued', taskNumber, runnerId, runnerName, account, ...rescue });
      return c.body(null, 204);
    },
  }),
];

/** The body goes to R2 under a name of its own; only then the session is told, and judges once more. */
async function putCheckpoint(c: AppContext, claims: TicketClaims): Promise<Response> {
  const { sessionId, taskNumber, runnerId, epoch } = claims;
  const header = decodeCheckpointHeader(c.req.header(CHECKPOINT_HEADER) ?? '');
  if (header === null || header.epoch !== epoch) throw badHeaderProblem();
  const bytes = checkpointBytes(header);
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
  const bytes = firstBytes ?? checkpointBytes(checkpoint);
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
