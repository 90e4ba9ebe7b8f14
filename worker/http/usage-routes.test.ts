import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { usageReportSchema } from '../../protocol/usage-report.ts';
import { openRecord } from '../record/open-record.ts';
import { writeRecord } from '../record/write-record.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { started, turnEnded } from '../session/testing/runner-events.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ACCOUNT = 'github:970301';
const get = (query: string) =>
  exports.default.fetch(`http://localhost:8787/api/usage?${query}`, {
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
  });
const report = async (query: string) => usageReportSchema.parse(await (await get(query)).json());

describe('usage', () => {
  it('is of the person who asked, the repository and the task, once the turn is over', async () => {
    const session = { ...issueSession(), account: ACCOUNT };
    const test = new TestSession(session);
    const request = requestOf('Fix it');
    await test.rpc.submit(session, request);
    const runner = await test.open();
    await runner.events(started, turnEnded);
    const { workspace } = session;
    if (workspace.type !== 'github' || turnEnded.type !== 'claude.turn_ended') {
      throw new Error('The test needs a session of a repository and the end of a turn.');
    }
    const { costUsd } = turnEnded.usage;
    await eventually(async () => {
      expect(await report(`account=${ACCOUNT}&from=1970-01-01&by=requester`)).toMatchObject({
        rows: [{ group: request.requester.login, costUsd }],
        total: { costUsd },
        more: false,
      });
      expect((await report(`account=${ACCOUNT}&from=1970-01-01&by=repository`)).rows).toMatchObject([
        { group: String(workspace.repository.id) },
      ]);
      expect((await report(`account=${ACCOUNT}&from=1970-01-01&by=task`)).rows).toMatchObject([
        { group: `${session.id}.1`, name: 'Fix it' },
      ]);
    });
  });

  it('is of the last 30 days when no time is named', async () => {
    const account = 'github:970302';
    const row = {
      sessionId: 'x',
      taskId: 'x.1',
      account,
      repositoryId: null,
      requesterLogin: 'mona',
      model: 'opus',
      turns: 1,
      inputTokens: 1,
      outputTokens: 1,
      cacheReadTokens: 1,
      cacheWriteTokens: 1,
      costUsd: 1,
      durationMs: 1,
    };
    const dayMs = 86_400_000;
    await writeRecord(
      openRecord(env),
      [1, 29, 31, 400].map((days) => ({
        table: 'usage' as const,
        row: { ...row, eventId: days, at: Date.now() - days * dayMs },
      })),
    );
    expect((await report(`account=${account}`)).total.costUsd).toBe(2);
    expect((await report(`account=${account}&from=2020-01-01&by=session`)).total.costUsd).toBe(4);
  });

  it('is refused for a time that ends before it begins', async () => {
    const response = await get('from=2026-02-01&to=2026-01-01');
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ path: 'from' }] }]);
  });
});
