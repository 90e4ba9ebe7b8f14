import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { eventPageSchema } from '../../protocol/http.ts';
import { readTranscript } from '../../protocol/transcript.ts';
import { accountOf } from '../account/account-of.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { started, turnEnded } from '../session/testing/runner-events.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ACCOUNT = 'github:970401';
const get = (path: string) =>
  exports.default.fetch(`http://localhost:8787/api/sessions/${path}`, {
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
  });

async function workedSession(): Promise<TestSession> {
  const session = { ...issueSession(), account: ACCOUNT };
  const test = new TestSession(session);
  await test.rpc.submit(session, requestOf('Please mend the door.'));
  const runner = await test.open();
  const notice = (n: number) => ({ type: 'notice', level: 'info', text: `Step ${n}` }) as const;
  await runner.events(started);
  for (const first of [0, 400, 800]) {
    await runner.events(...Array.from({ length: 400 }, (_, index) => notice(first + index)));
  }
  await runner.events(turnEnded);
  return test;
}

describe('a session as a document', () => {
  it('is a transcript with every event that the session has, and a report of them', async () => {
    const test = await workedSession();
    const response = await get(`${test.id}/transcript`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const { head, events } = readTranscript(new TextDecoder().decode(await response.arrayBuffer()));
    expect(head.session.id).toBe(test.id);
    expect(events).toHaveLength(head.session.lastEventId);
    expect(events.length).toBeGreaterThan(1_200);
    const page = eventPageSchema.parse(
      await (await get(`${test.id}/events?after=${events.length - 5}`)).json(),
    );
    expect(events.slice(-5)).toEqual(page.events);

    const report = await get(`${test.id}/report`);
    expect(report.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(report.headers.get('content-disposition')).toBe(
      `attachment; filename="signalbox-report-${test.id}.md"`,
    );
    const text = await report.text();
    expect(text).toContain('> Please mend the door.');
    expect(text).toContain('Step 1199');
    await eventually(async () => {
      const entries = await accountOf(env, ACCOUNT).audit.after(0, 100);
      expect(
        entries
          .filter(({ action }) => action === 'session.exported')
          .map(({ details }) => details.as)
          .sort(),
      ).toEqual(['report', 'transcript']);
    });
  });

  it('is not there for a session that is not', async () => {
    expect((await get(`${crypto.randomUUID()}/report`)).status).toBe(404);
    expect((await get(`${crypto.randomUUID()}/transcript`)).status).toBe(404);
  });
});
