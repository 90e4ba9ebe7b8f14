import {
  gitTokenAnswerSchema,
  gitTokenBodySchema,
  revokeGitTokenBodySchema,
} from '../../protocol/git-access.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import type { TicketClaims } from '../access/ticket.ts';
import type { GitGrant } from '../contracts.ts';
import { withClaims } from '../session/socket-paths.ts';
import { installationOf, sessionOf } from './durable-objects.ts';
import { findInstalledRepository } from './find-installed-repository.ts';
import { notFoundProblem, ProblemError, refusalProblem } from './problem.ts';
import { type AppContext, type Route, ticketRoute } from './route.ts';
import { upgradeProblem } from './runner-routes.ts';
import { jobParamsSchema, snapshotOf } from './session-of-path.ts';

type Door = { installationId: number; repository: { id: number } };

/** What a runner asks for with the ticket of one job. */
export const jobRoutes: Route[] = [
  ticketRoute({
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/connect',
    operation: {
      id: 'connectJob',
      tag: 'For runners',
      summary: 'Open the data socket of a job',
      description: 'A WebSocket; `protocol/job-socket.ts` has its frames.',
      params: jobParamsSchema,
      answers: { 101: { description: 'The socket is open' } },
      problems: ['upgrade_required'],
    },
    handle: async (c, claims) => {
      if (!isUpgrade(c.req.raw)) throw upgradeProblem();
      const response = await sessionOf(c.env, claims.sessionId).fetch(withClaims(c.req.raw, claims));
      if (response.status === 404) throw notFoundProblem(`task ${claims.taskNumber} of this session`);
      return response;
    },
  }),
  ticketRoute({
    method: 'POST',
    path: '/api/sessions/:id/tasks/:number/git-token',
    operation: {
      id: 'createGitToken',
      tag: 'For runners',
      summary: 'Ask for access to the repository of a job',
      description: '`write` is granted only for an approved tree and the epoch that holds the lease.',
      params: jobParamsSchema,
      body: gitTokenBodySchema,
      bodyExample: { access: 'read', epoch: 1 },
      answers: {
        200: {
          description: 'A token for this one repository; null when the workspace needs none',
          schema: gitTokenAnswerSchema,
          example: { token: null, expiresAt: null },
        },
      },
      problems: [
        'fenced',
        'conflict',
        'not_allowed',
        'invalid',
        'app_not_installed',
        'app_not_configured',
        'record_unavailable',
        'github_unavailable',
      ],
    },
    handle: async (c, claims, { body: want }) => {
      if (want.epoch !== claims.epoch) throw otherEpochProblem();
      const session = sessionOf(c.env, claims.sessionId);
      const granted = await session.authorizeGit(claims.taskNumber, claims.runnerId, want);
      if (granted.status === 'refused') throw refusalProblem(granted);
      const door =
        doorOfSide(granted) ?? granted.thread ?? (await doorOfWorkspace(c, claims, granted.installationId));
      if (door === null) return c.json({ token: null, expiresAt: null });
      const { installationId, repository } = door;
      const installation = installationOf(c.env, granted.account);
      const holder = { taskId: taskIdOf(claims.sessionId, claims.taskNumber), epoch: want.epoch };
      const minted = installation.gitToken(
        granted.account,
        installationId,
        repository.id,
        want.access,
        holder,
      );
      return c.json(await minted.catch(gitHubAway));
    },
  }),
  ticketRoute({
    method: 'POST',
    path: '/api/sessions/:id/tasks/:number/revoke-git-token',
    operation: {
      id: 'revokeGitToken',
      tag: 'For runners',
      summary: 'Give access to a repository back',
      params: jobParamsSchema,
      body: revokeGitTokenBodySchema,
      bodyExample: { token: 'ghs_example' },
      answers: { 204: { description: 'It is revoked, now or soon' } },
      problems: ['github_unavailable'],
    },
    handle: async (c, claims, { body: { token } }) => {
      const { session } = await snapshotOf(c, claims.sessionId);
      await installationOf(c.env, session.account).revokeToken(token).catch(gitHubAway);
      return c.body(null, 204);
    },
  }),
];

/**
 * A session of the API has no thread; its repository leads to the installation. While the record is down, the one that
 * the session was made with is as good: no session waits for the record. Null when nothing is on GitHub.
 */
async function doorOfWorkspace(
  c: AppContext,
  { sessionId }: TicketClaims,
  installationId: number | null,
): Promise<Door | null> {
  const { workspace } = (await snapshotOf(c, sessionId)).session;
  if (workspace.type !== 'github') return null;
  try {
    return await findInstalledRepository(c, workspace);
  } catch (error) {
    const isRecordDown = error instanceof ProblemError && error.problem.code === 'record_unavailable';
    if (installationId === null || !isRecordDown) throw error;
    return { installationId, repository: workspace.repository };
  }
}

/** A repository beside the session's own is one of the same account, which has one installation. */
function doorOfSide({ repository, thread, installationId }: GitGrant): Door | null {
  if (repository === undefined) return null;
  const throughId = installationId ?? thread?.installationId;
  if (throughId === undefined) {
    throw new Error(`No installation is known for ${repository.owner}/${repository.name}.`);
  }
  return { installationId: throughId, repository };
}

/** Runners try again after it; what happened stands in the log. */
function gitHubAway(cause: unknown): never {
  throw new ProblemError(
    503,
    'github_unavailable',
    { detail: 'GitHub did not answer about the token of this job.' },
    { cause },
  );
}

function otherEpochProblem(): ProblemError {
  return new ProblemError(409, 'fenced', {
    title: 'The lease is over',
    detail: 'The ticket was given for another epoch of this task.',
    remedy: 'Stop the work; ask with the ticket that came with this epoch.',
  });
}
