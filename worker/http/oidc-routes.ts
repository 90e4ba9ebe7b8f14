import { v5 as uuidV5 } from 'uuid';
import { oidcTokenAnswerSchema, oidcTokenBodySchema } from '../../protocol/people.ts';
import { clientAddress } from '../access/client-address.ts';
import { type ActionsRun, verifyOidcToken } from '../access/verify-oidc-token.ts';
import { accountOf } from '../account/account-of.ts';
import { configOf } from '../config.ts';
import { findRepository } from '../record/find-repository.ts';
import { forbiddenProblem, ProblemError, refusalProblem, unauthorizedProblem } from './problem.ts';
import { readRecord } from './read-record.ts';
import { type AppContext, publicRoute, type Route } from './route.ts';

/** A job of GitHub's that needs longer exchanges another token. */
const RUN_KEY_MS = 60 * 60_000;

/** Namespace (RFC 9562 UUIDv5) of the keys of runs: the same token names the same key, which can be made once. */
const RUN_KEY_NAMESPACE = '3c8f7d0a-52c1-5d7b-9a3e-6f2b7f0c4e11';

/**
 * Events that only those set off who may write to the repository, or whose runs get no token. Others, such as
 * `issue_comment` or `pull_request_target`, are set off by anybody and run with the rights of the repository.
 */
const TRUSTED_EVENTS: readonly string[] = [
  'push',
  'pull_request',
  'merge_group',
  'workflow_dispatch',
  'repository_dispatch',
  'schedule',
  'release',
  'deployment',
  'deployment_status',
  'create',
  'delete',
];

const REMEDY =
  'Give the job "permissions: id-token: write" and ask for a token with the address of this deployment as its audience.';

export const oidcRoutes: Route[] = [
  publicRoute({
    method: 'POST',
    path: '/api/oidc/token',
    operation: {
      id: 'exchangeOidcToken',
      tag: 'People and keys',
      summary: "Exchange a workflow's OIDC token for a short-lived key",
      description: `The key is for the repository of the workflow alone, with the role "operator", for an hour; it acts as who started the run. A token is good once. Events: ${TRUSTED_EVENTS.join(', ')}.`,
      body: oidcTokenBodySchema,
      bodyExample: { token: 'eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl' },
      answers: {
        201: {
          description: 'The key.',
          schema: oidcTokenAnswerSchema,
          example: {
            key: `sbk_Z2l0aHViOjEyMzQ.01980000-0000-7000-8000-000000000000.${'x'.repeat(43)}`,
            expiresAt: 1_763_703_600_000,
            account: 'github:1234',
            repositoryId: 98765,
          },
        },
      },
      problems: [
        'unauthorized',
        'forbidden',
        'conflict',
        'queue_full',
        'app_not_installed',
        'github_unavailable',
        'record_unavailable',
      ],
    },
    handle: async (c, _nobody, { body }) => {
      const run = await prove(c, body.token);
      const account = await accountOfRun(c, run);
      const expiresAt = Date.now() + RUN_KEY_MS;
      const id = uuidV5(run.tokenId, RUN_KEY_NAMESPACE);
      const { keys, audit } = accountOf(c.env, account);
      const made = await keys.create({
        id,
        name: `actions-run-${run.runId}`,
        role: 'operator',
        repositories: [run.repositoryId],
        source: 'action',
        holder: run.actor,
        createdBy: run.actor.login,
        expiresAt,
      });
      if (made.status === 'refused') throw refusalProblem(made);
      await audit.add({
        id,
        at: Date.now(),
        actor: { kind: 'github', id: `github:${run.actor.id}`, name: run.actor.login },
        action: 'key.exchanged',
        target: { kind: 'key', id, name: made.view.name },
        address: clientAddress(c.req.raw),
        userAgent: null,
        details: {
          repository: run.repository,
          repositoryId: run.repositoryId,
          event: run.event,
          runId: run.runId,
        },
      });
      return c.json({ key: made.key, expiresAt, account, repositoryId: run.repositoryId }, 201);
    },
  }),
];

/** @throws ProblemError */
async function prove(c: AppContext, token: string): Promise<ActionsRun> {
  const { oidcIssuer: issuer, publicUrl: audience } = configOf(c.env);
  const verdict = await verifyOidcToken(token, { issuer, audience, nowMs: Date.now() });
  switch (verdict.status) {
    case 'verified':
      break;
    case 'refused':
      throw unauthorizedProblem(`The token was refused: ${verdict.reason}.`, `${REMEDY} (${audience})`);
    case 'unreachable':
      throw new ProblemError(503, 'github_unavailable', {
        detail: `The keys of ${issuer} could not be read, so the token can not be checked.`,
      });
  }
  const { run } = verdict;
  if (TRUSTED_EVENTS.includes(run.event)) return run;
  throw forbiddenProblem(
    `The workflow was started by "${run.event}", which people without write access can set off.`,
    'Use another event, or an API key in a secret of the repository.',
  );
}

/** Whose repository it is, as the App knows it. @throws ProblemError where the App is not installed */
async function accountOfRun(c: AppContext, run: ActionsRun) {
  const known = await readRecord(c, (db) => findRepository(db, run.repositoryId));
  // A repository that has just moved belongs to whom GitHub says, and the App may not be there.
  if (known !== null && known.account === `github:${run.ownerId}`) return known.account;
  throw new ProblemError(422, 'app_not_installed', {
    detail: `The App can't reach the repository ${run.repository} (id ${run.repositoryId}).`,
    remedy: `Install the App on ${run.repository}, or give the repository access in the App's settings.`,
  });
}
