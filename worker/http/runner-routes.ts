import { z } from 'zod';
import { fleetViewSchema, runnerViewSchema, updateRunnerSchema } from '../../protocol/fleet-view.ts';
import { createRunnerAnswerSchema, createRunnerBodySchema } from '../../protocol/http.ts';
import { accountKeySchema, runnerIdSchema } from '../../protocol/ids.ts';
import { accountFor } from '../access/account-for.ts';
import { isUpgrade } from '../access/judge-origin.ts';
import { RUNNER_PARAMETER } from '../fleet/fleet-object.ts';
import { audited } from './audited.ts';
import { fleetOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError } from './problem.ts';
import { type Route, runnerRoute, userRoute } from './route.ts';
import { EXAMPLE_CREDENTIAL, EXAMPLE_FLEET, EXAMPLE_RUNNER, EXAMPLE_RUNNER_ID } from './runner-examples.ts';

const runnerParamsSchema = z.object({ id: runnerIdSchema });

export const accountQuerySchema = z.object({ account: accountKeySchema.optional() });

export const runnerRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/runners',
    needs: 'admin',
    operation: {
      id: 'createRunner',
      tag: 'Runners',
      summary: 'Register a runner without a token',
      description: 'The credential is shown once; only its hash is kept.',
      body: createRunnerBodySchema,
      bodyExample: { name: 'build-1' },
      answers: {
        201: {
          description: 'The runner and its credential',
          schema: createRunnerAnswerSchema,
          example: { id: EXAMPLE_RUNNER_ID, name: 'build-1', credential: EXAMPLE_CREDENTIAL },
        },
      },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { body: { name, ...body } }) => {
      const account = accountFor(c, caller, body.account, 'admin');
      const target = { kind: 'runner', id: name, name };
      const act = { account, action: 'runner.created', target };
      const { id, credential } = await audited(c, caller, act, () =>
        fleetOf(c.env, account).registerRunner(account, name),
      );
      return c.json({ id, name, credential }, 201);
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/runners',
    needs: 'viewer',
    operation: {
      id: 'listRunners',
      tag: 'Runners',
      summary: "Show an account's runners, their jobs and the queue",
      description: '`metrics.diskUse` says what the folders of a runner hold and what is held back.',
      query: accountQuerySchema,
      revalidates: true,
      answers: {
        200: { description: 'The runners and the queue', schema: fleetViewSchema, example: EXAMPLE_FLEET },
      },
      problems: ['account_needed', 'not_found'],
    },
    handle: async (c, caller, { query }) =>
      c.json(await fleetOf(c.env, accountFor(c, caller, query.account, 'viewer')).view()),
  }),
  runnerRoute({
    method: 'GET',
    path: '/api/runners/connect',
    operation: {
      id: 'connectRunner',
      tag: 'For runners',
      summary: 'Open the control socket of a runner',
      description: 'A WebSocket; `protocol/control-socket.ts` has its frames.',
      answers: { 101: { description: 'The socket is open' } },
      problems: ['upgrade_required'],
    },
    handle: (c, runner) => {
      if (!isUpgrade(c.req.raw)) throw upgradeProblem();
      const url = new URL(c.req.url);
      url.search = '';
      url.searchParams.set(RUNNER_PARAMETER, runner.id);
      return fleetOf(c.env, runner.account).fetch(url, { headers: { upgrade: 'websocket' } });
    },
  }),
  userRoute({
    method: 'DELETE',
    path: '/api/runners/:id',
    needs: 'admin',
    operation: {
      id: 'removeRunner',
      tag: 'Runners',
      summary: 'Remove a runner',
      description: 'Its credential and tickets are refused from then on; its jobs go to other runners.',
      params: runnerParamsSchema,
      query: accountQuerySchema,
      answers: { 204: { description: 'It is removed' } },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params: { id }, query }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const target = { kind: 'runner', id, name: null };
      await audited(c, caller, { account, action: 'runner.removed', target }, async () => {
        if (!(await fleetOf(c.env, account).removeRunner(id))) throw notFoundProblem('runner with this id');
      });
      return c.body(null, 204);
    },
  }),
  userRoute({
    method: 'PATCH',
    path: '/api/runners/:id',
    needs: 'admin',
    operation: {
      id: 'updateRunner',
      tag: 'Runners',
      summary: 'Drain a runner, or have it take jobs again',
      description:
        'A runner that is drained takes no new jobs; those that it has go on to their end. It holds until it is taken back, also when the runner starts anew. One that is about to end by itself takes none in any case.',
      params: runnerParamsSchema,
      query: accountQuerySchema,
      body: updateRunnerSchema,
      bodyExample: { drain: true },
      answers: {
        200: {
          description: 'The runner, with the jobs that it has',
          schema: runnerViewSchema,
          example: { ...EXAMPLE_RUNNER, status: 'draining', drainAsked: true },
        },
      },
      problems: ['account_needed'],
    },
    handle: async (c, caller, { params: { id }, query, body: { drain } }) => {
      const account = accountFor(c, caller, query.account, 'admin');
      const target = { kind: 'runner', id, name: null };
      const action = drain ? 'runner.drained' : 'runner.undrained';
      const runner = await audited(c, caller, { account, action, target }, async () => {
        const found = await fleetOf(c.env, account).drainRunner(id, drain);
        if (found === null) throw notFoundProblem('runner with this id');
        return found;
      });
      return c.json(runner);
    },
  }),
];

export function upgradeProblem(): ProblemError {
  return new ProblemError(426, 'upgrade_required', {
    title: 'This is a WebSocket',
    detail: 'The address speaks WebSocket only.',
    remedy: 'Connect with a WebSocket client ("Upgrade: websocket").',
  });
}
