import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import {
  createRegistrationTokenBodySchema,
  type JobKeysAnswer,
  type RegisterRunnerAnswer,
  type RegistrationTokenAnswer,
  registerRunnerBodySchema,
} from '../../protocol/registration.ts';
import { configOf } from '../config.ts';
import { createJobSigner } from '../fleet/job-signer.ts';
import { fleetOf } from './durable-objects.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { readBody, readQuery } from './read-input.ts';
import type { AppContext, Route } from './route.ts';

const MINUTE_MS = 60_000;

const accountQuerySchema = z.object({ account: accountKeySchema.optional() });

const accountAsked = (c: AppContext) =>
  readQuery(c, accountQuerySchema).account ?? configOf(c.env).defaultAccount;

const jobKeysOf = (c: AppContext) => createJobSigner(configOf(c.env).jobSigning).keys();

/** How a machine becomes a runner: an admin makes a token, the machine uses it up. */
export const registrationRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/runners/registration-tokens',
    access: 'user',
    needs: 'admin',
    handle: async (c) => {
      const body = await readBody(c, createRegistrationTokenBodySchema);
      const account = body.account ?? configOf(c.env).defaultAccount;
      const expiresAt = Date.now() + body.expiresInMinutes * MINUTE_MS;
      const asked = { name: body.name ?? null, labels: body.labels, expiresAt };
      const made = await fleetOf(c.env, account).makeRegistrationToken(account, asked);
      if (made.status === 'refused') throw refusalProblem(made);
      const answer: RegistrationTokenAnswer = { id: made.id, token: made.token, expiresAt: made.expiresAt };
      return c.json(answer, 201);
    },
  },
  {
    method: 'GET',
    path: '/api/runners/registration-tokens',
    access: 'user',
    needs: 'admin',
    handle: async (c) => c.json({ items: await fleetOf(c.env, accountAsked(c)).registrationTokens() }),
  },
  {
    method: 'DELETE',
    path: '/api/runners/registration-tokens/:id',
    access: 'user',
    needs: 'admin',
    handle: async (c) => {
      const id = z.uuid().safeParse(c.req.param('id'));
      const revoked = id.success && (await fleetOf(c.env, accountAsked(c)).revokeRegistrationToken(id.data));
      if (!revoked) throw notFoundProblem('registration token with this id');
      return c.body(null, 204);
    },
  },
  {
    method: 'POST',
    path: '/api/runners/register',
    access: 'registration',
    handle: async (c, { account, token }) => {
      const { nonce, name = null } = await readBody(c, registerRunnerBodySchema);
      const result = await fleetOf(c.env, account).register(account, token, { nonce, name });
      if (result.status === 'refused') throw refusalProblem(result);
      const { status: _registered, ...runner } = result;
      const { publicUrl: url } = configOf(c.env);
      const answer: RegisterRunnerAnswer = { ...runner, url, jobKeys: await jobKeysOf(c) };
      return c.json(answer, 201);
    },
  },
  {
    method: 'GET',
    path: '/api/runners/job-keys',
    access: 'public',
    handle: async (c) => {
      const answer: JobKeysAnswer = { keys: await jobKeysOf(c) };
      return c.json(answer);
    },
  },
];
