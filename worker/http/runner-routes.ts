import { z } from 'zod';
import { createRunnerBodySchema } from '../../protocol/http.ts';
import { accountKeySchema, runnerIdSchema } from '../../protocol/ids.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import { configOf } from '../config.ts';
import { RUNNER_PARAMETER } from '../fleet/fleet-object.ts';
import { fleetOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { readBody, readQuery } from './read-input.ts';
import type { AppContext, Route } from './route.ts';

const accountQuerySchema = z.object({ account: accountKeySchema.optional() });

const accountAsked = (c: AppContext) =>
  readQuery(c, accountQuerySchema).account ?? configOf(c.env).defaultAccount;

export const runnerRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/runners',
    access: 'user',
    needs: 'admin',
    handle: async (c) => {
      const body = await readBody(c, createRunnerBodySchema);
      const account = body.account ?? configOf(c.env).defaultAccount;
      return c.json(await fleetOf(c.env, account).registerRunner(account, body.name), 201);
    },
  },
  {
    method: 'GET',
    path: '/api/runners',
    access: 'user',
    needs: 'viewer',
    handle: async (c) => c.json(await fleetOf(c.env, accountAsked(c)).view()),
  },
  {
    method: 'GET',
    path: '/api/runners/connect',
    access: 'runner',
    handle: (c, runner) => {
      if (!isUpgrade(c.req.raw)) throw upgradeProblem();
      const url = new URL(c.req.url);
      url.search = '';
      url.searchParams.set(RUNNER_PARAMETER, runner.id);
      return fleetOf(c.env, runner.account).fetch(url, { headers: { upgrade: 'websocket' } });
    },
  },
  {
    method: 'DELETE',
    path: '/api/runners/:id',
    access: 'user',
    needs: 'admin',
    handle: async (c) => {
      const id = runnerIdSchema.safeParse(c.req.param('id'));
      const removed = id.success && (await fleetOf(c.env, accountAsked(c)).removeRunner(id.data));
      if (!removed) throw notFoundProblem('runner with this id');
      return c.body(null, 204);
    },
  },
];

export function upgradeProblem(): ProblemError {
  return new ProblemError(426, 'upgrade_required', {
    title: 'This is a WebSocket',
    detail: 'The address speaks WebSocket only.',
    remedy: 'Connect with a WebSocket client ("Upgrade: websocket").',
  });
}
