import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type GateResultRow, gateResultPageSchema } from '../../protocol/gate-results.ts';
import { FAILED_GATE } from '../session/testing/gate-events.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import {
  captured,
  gatesFinished,
  gatesStarted,
  started,
  turnEnded,
} from '../session/testing/runner-events.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const ACCOUNT = 'github:970411';
const get = (path: string) =>
  exports.default.fetch(`http://localhost:8787${path}`, {
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
  });

it('lists how the gates of tasks ended, and where their output is', async () => {
  const session = { ...issueSession(), account: ACCOUNT };
  const test = new TestSession(session);
  await test.rpc.submit(session, requestOf('Fix it'));
  const runner = await test.open();
  const ended = { type: 'gate.finished', gate: FAILED_GATE } as const;
  await runner.events(started, turnEnded, captured, gatesStarted, ended, gatesFinished(false));

  let row: GateResultRow | undefined;
  await eventually(async () => {
    const page = gateResultPageSchema.parse(await (await get(`/api/gates?account=${ACCOUNT}`)).json());
    expect(page.items).toHaveLength(1);
    [row] = page.items;
  });
  expect(row).toMatchObject({
    sessionId: session.id,
    taskId: `${session.id}.1`,
    name: 'lint',
    status: 'failed',
    findings: 1,
  });
  const path = `/api/sessions/${session.id}/events?after=${(row?.eventId ?? 0) - 1}&limit=1`;
  expect(await (await get(path)).json()).toMatchObject({ events: [{ event: ended }] });
  const passed = await get(`/api/gates?account=${ACCOUNT}&outcome=passed`);
  expect(await passed.json()).toEqual({ items: [], next: null });
  expect((await get(`/api/gates?account=${ACCOUNT}&outcome=fine`)).status).toBe(400);
});
