import { z } from 'zod';
import {
  createRegistrationTokenBodySchema,
  type JobKeysAnswer,
  jobKeysAnswerSchema,
  type RegisterRunnerAnswer,
  type RegistrationTokenAnswer,
  registerRunnerAnswerSchema,
  registerRunnerBodySchema,
  registrationTokenAnswerSchema,
  registrationTokensAnswerSchema,
} from '../../protocol/registration.ts';
import { accountFor } from '../access/account-for.ts';
import { configOf } from '../config.ts';
import { createJobSigner } from '../fleet/job-signer.ts';
import { audited, noted } from './audited.ts';
import { fleetOf } from './durable-objects.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { type AppContext, publicRoute, type Route, registrationRoute, userRoute } from './route.ts';
import {
  EXAMPLE_CREDENTIAL,
  EXAMPLE_JOB_KEY,
  EXAMPLE_RUNNER_ID,
  EXAMPLE_TOKEN,
  EXAMPLE_TOKEN_VIEW,
} from './runner-examples.ts';
import { accountQuerySchema } from './runner-routes.ts';

const MINUTE_MS = 60_000;

const jobKeysOf = (c: AppContext) => createJobSigner(configOf(c.env).jobSigning).keys();

const { id: EXAMPLE_TOKEN_ID, expiresAt: EXAMPLE_EXPIRY } = EXAMPLE_TOKEN_VIEW;

/** How a machine becomes a runner: an admin makes a token, the machine uses it up. */
export const registrationRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/runners/registration-tokens',
    needs: 'admin',
    operation: {
      id: 'createRegistrationToken',
      tag: 'Runners',
      summary: 'Make a token that registers one runner',
      description: 'The token is shown once; only its hash is kept.',
      body: createRegistrationTokenBodySchema,
      bodyExample: { name: 'build-1', labels: ['gpu'], expiresInMinutes: 60 },
      answers: {
        201: {
          description: 'The token',
          schema: registrationTokenAnswerSchema,
          example: { id: EXAMPLE_TOKEN_ID, token: EXAMPLE_TOKEN, expiresAt: EXAMPLE_EXPIRY },
        },
      },
      problems: ['account_needed', 'not_found', 'queue_full'],
    },
    handle: async (c, caller, { body }) => {
      const account = accountFor(c, caller, body.account, 'admin');
      const { name = null, labels, expiresInMinutes } = body;
      const asked = { name, labels, expiresAt: Date.now() + expiresInMinutes * MINUTE_MS };
      const target = { kind: 'registration_token', id: name ?? 'unnamed', name };
      const act = { account, action: 'registration_token.created', target, details: { expiresInMinutes } };
      const made = await audited(c, caller, act, async () => {
        const result = await fleetOf(c.env, account).makeRegistrationToken(account, asked);
        if (result.status === 'refused') throw refusalProblem(result);
        return result;
      });
      const answer: RegistrationTokenAnswer = { id: made.id, token: made.token, expiresAt: made.expiresAt };
      return c.json(answer, 201);
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/runners/registration-tokens',
    needs: 'admin',
    operation: {
      id: 'listRegistrationTokens',
      tag: 'Runners',
      summary: 'List registration tokens that are open, used or expired',
      query: accountQuerySchema,
      answers: {
        200: {
          description: 'The tokens, without their secrets',
          schema: registrationTokensAnswerSchema,
          example: { items: [EXAMPLE_TOKEN_VIEW] },
        },
      },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      return c.json({ items: await fleetOf(c.env, account).registrationTokens() });
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/runners/registration-tokens/:id',
    needs: 'admin',
    operation: {
      id: 'revokeRegistrationToken',
      tag: 'Runners',
      summary: 'Revoke a registration token',
      params: z.object({ id: z.uuid() }),
      query: accountQuerySchema,
      answers: { 204: { description: 'It is revoked' } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const target = { kind: 'registration_token', id, name: null };
      await audited(c, caller, { account, action: 'registration_token.revoked', target }, async () => {
        const revoked = await fleetOf(c.env, account).revokeRegistrationToken(id);
        if (!revoked) throw notFoundProblem('registration token with this id');
      });
      return c.body(null, 204);
    },
  }),
  registrationRoute({
    method: 'POST',
    path: '/api/runners/register',
    operation: {
      id: 'registerRunner',
      tag: 'For runners',
      summary: 'Register a runner with a token',
      description: 'Uses the token up. The same nonce again gives a fresh credential of the same runner.',
      body: registerRunnerBodySchema,
      bodyExample: { nonce: 'yWZ1m5kq0pC3rXr8T1lq2A', name: 'build-1' },
      answers: {
        201: {
          description: 'The runner, its credential and the keys that jobs are signed with',
          schema: registerRunnerAnswerSchema,
          example: {
            id: EXAMPLE_RUNNER_ID,
            name: 'build-1',
            credential: EXAMPLE_CREDENTIAL,
            labels: ['gpu'],
            jobKeys: [EXAMPLE_JOB_KEY],
            url: 'https://signalbox.example.com',
          },
        },
      },
      problems: ['conflict', 'queue_full'],
    },
    handle: async (c, { account, token }, { body: { nonce, name = null } }) => {
      const result = await fleetOf(c.env, account).register(account, token, { nonce, name });
      if (result.status === 'refused') throw refusalProblem(result);
      const { status: _registered, ...runner } = result;
      await noted(c, {
        account,
        actor: { kind: 'runner', id: runner.id, name: runner.name },
        action: 'runner.registered',
        target: { kind: 'runner', id: runner.id, name: runner.name },
        details: { labels: runner.labels },
      });
      const { publicUrl: url } = configOf(c.env);
      const answer: RegisterRunnerAnswer = { ...runner, url, jobKeys: await jobKeysOf(c) };
      return c.json(answer, 201);
    },
  }),
  publicRoute({
    method: 'GET',
    path: '/api/runners/job-keys',
    operation: {
      id: 'listJobKeys',
      tag: 'For runners',
      summary: 'Read the public keys that jobs are signed with',
      answers: {
        200: {
          description: 'The first key signs now, others will later',
          schema: jobKeysAnswerSchema,
          example: { keys: [EXAMPLE_JOB_KEY] },
        },
      },
    },
    handle: async (c) => {
      const answer: JobKeysAnswer = { keys: await jobKeysOf(c) };
      return c.json(answer);
    },
  }),
];
