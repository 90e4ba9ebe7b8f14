import { z } from 'zod';
import { type GateResultRow, gateResultFilters, gateResultPageSchema } from '../../protocol/gate-results.ts';
import { accountNamed } from '../access/account-for.ts';
import { listGateResults } from '../record/list-gate-results.ts';
import { cursorParameter } from './read-input.ts';
import { readRecord } from './read-record.ts';
import { type Route, userRoute } from './route.ts';
import { EXAMPLE_TASK } from './session-examples.ts';

const EXAMPLE: GateResultRow = {
  sessionId: EXAMPLE_TASK.sessionId,
  eventId: 41,
  taskId: EXAMPLE_TASK.id,
  repositoryId: 1_296_269,
  name: 'unit tests',
  kind: 'command',
  required: true,
  status: 'failed',
  detail: 'It ended with 1.',
  exitCode: 1,
  durationMs: 48_000,
  tests: { total: 120, failed: 2, skipped: 0 },
  findings: 2,
  at: 1_780_000_900_000,
};

/** How gates ended, over all tasks. What is decided about one task's is in gate-routes.ts. */
export const gateResultRoutes: Route[] = [
  userRoute({
    method: 'GET',
    path: '/api/gates',
    needs: 'viewer',
    operation: {
      id: 'listGateResults',
      tag: 'Record',
      summary: 'List how gates ended, the latest first',
      description:
        'Of one account, of the repositories that you may see; each round of a task has lines of its own. The output and the findings of a line are in the event of that number: `GET /api/sessions/{id}/events?after={eventId - 1}&limit=1`.',
      query: z.object({ ...gateResultFilters, cursor: cursorParameter }),
      answers: {
        200: {
          description: 'A page of results',
          schema: gateResultPageSchema,
          example: { items: [EXAMPLE], next: null },
        },
      },
      problems: ['not_found', 'account_needed', 'record_unavailable'],
    },
    handle: async (c, caller, { query: { account: asked, ...filter } }) => {
      const account = accountNamed(c, caller, asked);
      const of = { ...filter, account, reach: caller.reach };
      return c.json(await readRecord(c, (db) => listGateResults(db, of)));
    },
  }),
];
