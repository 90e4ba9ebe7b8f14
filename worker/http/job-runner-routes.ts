import { z } from 'zod';
import { runnerIdSchema } from '../../protocol/ids.ts';
import { jobRunnerTokenAnswerSchema, renewedJobRunnerSchema } from '../../protocol/registration.ts';
import { mustBeRun } from '../access/workflow-run.ts';
import { audited } from './audited.ts';
import { fleetOf } from './durable-objects.ts';
import { notFoundProblem, refusalProblem } from './problem.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TOKEN, EXAMPLE_TOKEN_VIEW } from './runner-examples.ts';

/** A job starts its runner at once. */
const TOKEN_MS = 5 * 60_000;

const EXAMPLE_LABEL = 'job-0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61';

/** Runners that a run of a workflow starts inside its own job. */
export const jobRunnerRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/job-runners',
    needs: 'operator',
    operation: {
      id: 'createJobRunnerToken',
      tag: 'Runners',
      summary: 'Make a token that registers a runner for the job of a workflow',
      description:
        'For keys that an OIDC token was exchanged for. The runner gets tasks alone that work in the repository of the workflow and ask for its label, ends with the key (or when it is not heard of for half a minute) and can be renewed by the same run.',
      answers: {
        201: {
          description: 'The token, good for five minutes, and the label that only this runner has',
          schema: jobRunnerTokenAnswerSchema,
          example: {
            token: EXAMPLE_TOKEN,
            label: EXAMPLE_LABEL,
            expiresAt: EXAMPLE_TOKEN_VIEW.expiresAt,
          },
        },
      },
      problems: ['forbidden', 'queue_full'],
    },
    handle: async (c, caller) => {
      const { account, repositoryId, name: run, expiresAt } = mustBeRun(caller);
      const label = `job-${crypto.randomUUID()}`;
      const asked = {
        name: run,
        labels: [label],
        expiresAt: Math.min(expiresAt, Date.now() + TOKEN_MS),
        bound: { repositoryId, label, run, until: expiresAt },
      };
      const target = { kind: 'registration_token', id: run, name: run };
      const details = { repositoryId, label, until: expiresAt };
      const act = { account, action: 'job_runner.allowed', target, details };
      const made = await audited(c, caller, act, async () => {
        const result = await fleetOf(c.env, account).makeRegistrationToken(account, asked);
        if (result.status === 'refused') throw refusalProblem(result);
        return result;
      });
      return c.json({ token: made.token, label, expiresAt }, 201);
    },
  }),
  userRoute({
    method: 'POST',
    path: '/api/job-runners/:id/renew',
    needs: 'operator',
    operation: {
      id: 'renewJobRunner',
      tag: 'Runners',
      summary: 'Let the runner of a job live as long as the key of its run',
      params: z.object({ id: runnerIdSchema }),
      answers: {
        200: {
          description: 'It ends with the key',
          schema: renewedJobRunnerSchema,
          example: { expiresAt: EXAMPLE_TOKEN_VIEW.expiresAt },
        },
      },
      problems: ['forbidden', 'not_found'],
    },
    handle: async (c, caller, { params: { id } }) => {
      const { account, repositoryId, name: run, expiresAt: until } = mustBeRun(caller);
      const target = { kind: 'runner', id, name: run };
      const act = { account, action: 'job_runner.renewed', target, details: { repositoryId, until } };
      await audited(c, caller, act, async () => {
        const renewed = await fleetOf(c.env, account).renewJobRunner(id, { repositoryId, run, until });
        if (!renewed) throw notFoundProblem('runner of this run with this id');
      });
      return c.json({ expiresAt: until });
    },
  }),
];
