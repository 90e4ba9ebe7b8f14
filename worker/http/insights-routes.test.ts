import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { insightsSchema } from '../../protocol/insights.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ACCOUNT = 'github:970311';
const get = (query: string) =>
  exports.default.fetch(`http://localhost:8787/api/insights?${query}`, {
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
  });
const report = async (query: string) => insightsSchema.parse(await (await get(query)).json());

describe('insights', () => {
  it('count a task once it has ended, under its repository and its person', async () => {
    const session = { ...issueSession(), account: ACCOUNT };
    const test = new TestSession(session);
    const request = requestOf('Fix it');
    await test.rpc.submit(session, request);
    expect((await report(`account=${ACCOUNT}`)).total.tasks).toBe(0);
    await test.rpc.endTask(1, 'cancel', 'mona', null);
    const { workspace } = session;
    if (workspace.type !== 'github') throw new Error('The test needs a session of a repository.');
    await eventually(async () => {
      const insights = await report(`account=${ACCOUNT}&by=requester`);
      expect(insights).toMatchObject({
        total: { tasks: 1, outcomes: { cancelled: 1 } },
        groups: [{ group: request.requester.login, tasks: 1 }],
      });
      expect(insights.days.length).toBeGreaterThanOrEqual(30);
      expect((await report(`account=${ACCOUNT}`)).groups).toMatchObject([
        { group: String(workspace.repository.id) },
      ]);
    });
  });

  it.each(['from=2026-02-01&to=2026-01-01', 'from=2020-01-01&to=2026-01-01'])(
    'are refused for the period %s',
    async (query) => {
      const response = await get(query);
      expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ path: 'from' }] }]);
    },
  );
});
