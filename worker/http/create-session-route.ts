import { createSessionBodySchema, type SessionAnswer, sessionAnswerSchema } from '../../protocol/http.ts';
import { mustReach } from '../access/caller.ts';
import { belongsOf } from '../access/session-belongs.ts';
import { configOf } from '../config.ts';
import { taskPlaceOf } from '../repository-config/github-place.ts';
import { audited } from './audited.ts';
import { underName } from './claim-task-name.ts';
import { sessionOf } from './durable-objects.ts';
import { findInstalledRepository } from './find-installed-repository.ts';
import { placeRepositories } from './place-repositories.ts';
import { placeSession } from './place-session.ts';
import {
  apiSessionId,
  apiTriggerId,
  type PlacedSession,
  planSession,
  planTask,
  scopedKey,
  sourceOf,
} from './plan-session.ts';
import { ProblemError, refusalProblem } from './problem.ts';
import { readIdempotencyKey } from './read-input.ts';
import { resolveAfter } from './resolve-after.ts';
import { type AppContext, userRoute } from './route.ts';
import { EXAMPLE_SESSION_ANSWER, EXAMPLE_WORKSPACE } from './session-examples.ts';
import { settleTask } from './settle-task.ts';

export const createSessionRoute = userRoute({
  method: 'POST',
  path: '/api/sessions',
  needs: 'operator',
  operation: {
    id: 'createSession',
    tag: 'Sessions',
    summary: 'Start a session',
    description:
      'With a `prompt` or a `template` the first task starts at once. On GitHub the App must be installed on the repository. With a `project` work begins in its first writable repository; the others, or those of `repositories`, lie beside it. Each that is written to gets a branch and a pull request of its own; the others are only read.',
    body: createSessionBodySchema,
    bodyExample: {
      workspace: EXAMPLE_WORKSPACE,
      prompt: EXAMPLE_SESSION_ANSWER.tasks[0]?.request,
      options: { maxUsd: 5 },
      name: 'mend-login',
      labels: ['login'],
      metadata: { ticket: 'WEB-112' },
    },
    idempotent: true,
    answers: {
      201: { description: 'The session', schema: sessionAnswerSchema, example: EXAMPLE_SESSION_ANSWER },
    },
    problems: [
      'account_needed',
      'workspace_not_available',
      'wrong_account',
      'app_not_installed',
      'record_unavailable',
      'name_taken',
      'not_found',
      'invalid_settings',
      'github_unavailable',
    ],
  },
  handle: async (c, caller, { body: given }) => {
    const key = readIdempotencyKey(c);
    const body = await placeSession(c, caller, given);
    const known = await knownRepository(c, body);
    const asked = body.repositories ?? [];
    const sides =
      known === null ? [] : await placeRepositories(c, caller, known.account, known.repository.id, asked);
    const session = planSession(
      body,
      apiSessionId(scopedKey(caller, key), crypto.randomUUID()),
      sourceOf(caller.source, body.source),
      configOf(c.env).defaultAccount,
      known,
      sides,
    );
    const { id, account, title } = session;
    mustReach(caller, belongsOf(session), 'operator', `account ${account}`);
    const object = sessionOf(c.env, id);
    const target = { kind: 'session', id, name: title };
    return audited(c, caller, { account, action: 'session.created', target }, async () => {
      if (body.prompt === undefined && body.template === undefined) {
        return c.json({ session: await object.create(session), tasks: [] } satisfies SessionAnswer, 201);
      }
      const { name } = body;
      const trigger = apiTriggerId(scopedKey(caller, key), crypto.randomUUID());
      return underName(c, account, name, { sessionId: id, trigger }, async () => {
        const [settled, after] = await Promise.all([
          settleTask(c, caller, { account, ...taskPlaceOf(session) }, body),
          resolveAfter(c, caller, account, body.after),
        ]);
        const task = planTask({ ...body, ...settled, after }, caller, trigger);
        // Calls of one stub arrive in the order in which they are made; both wait for the disk once, together.
        const [result, answer] = await Promise.all([object.submit(session, task), object.overview()]);
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(answer, 201);
      });
    });
  },
});

/** Asks the App's record about a GitHub workspace; refuses what no runner can serve yet. */
async function knownRepository(c: AppContext, { workspace, account }: PlacedSession) {
  if (workspace.type === 'e2b') {
    throw new ProblemError(422, 'workspace_not_available', {
      title: 'E2B workspaces are not available',
      detail: 'This version starts no runners inside E2B sandboxes.',
      remedy: 'Use a "github", "worktree" or "local" workspace on a runner of your own.',
    });
  }
  if (workspace.type !== 'github') return null;
  const known = await findInstalledRepository(c, workspace);
  if (account === undefined || account === known.account) return known;
  throw new ProblemError(422, 'wrong_account', {
    title: 'The repository belongs to another account',
    detail: `The repository belongs to ${known.account}, not to ${account}.`,
    remedy: 'Leave "account" out; it follows from the repository.',
  });
}
