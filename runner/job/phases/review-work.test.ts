import pino from 'pino';
import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { KnownValues } from '../../redact/known-values.ts';
import { Redactor } from '../../redact/redactor.ts';
import { makeJob } from '../../testing/make-job.ts';
import type { Captured, SessionWorkspace } from '../../workspace/workspace-types.ts';
import { GateOrder } from '../gate-order.ts';
import type { JobContext } from '../job-context.ts';
import { JobStop } from '../job-stop.ts';
import { MessageBox } from '../message-box.ts';
import { PublishOrder } from '../publish-order.ts';
import { NOTHING_RECALLED } from '../recall.ts';
import { RejectOrder } from '../reject-order.ts';
import { reviewWork } from './review-work.ts';

const TREE = 'a'.repeat(40);
const CAPTURED: Captured = {
  ok: true,
  tree: TREE,
  changed: true,
  files: [],
  filesCut: false,
  insertions: 1,
  deletions: 0,
  patch: { text: '', bytes: 0, cut: false },
  dropped: [],
  skipped: [],
};

function setUp(capture: () => Captured) {
  const events: RunnerEvent[] = [];
  const stop = new JobStop();
  const context = {
    emit: (event: RunnerEvent) => events.push(event),
    stop,
    messages: new MessageBox(() => {}),
    publish: new PublishOrder(() => {}),
    reject: new RejectOrder(stop),
    gates: new GateOrder(() => {}),
    job: makeJob('http://git.test', 'mend it'),
    recall: NOTHING_RECALLED,
    redactor: new Redactor(new KnownValues()),
    commands: { host: { env: {}, passThrough: [], dataDir: '/nowhere' }, sandbox: null },
    log: pino({ level: 'silent' }),
  } as unknown as JobContext;
  const workspace = {
    capture: async () => capture(),
    gateFacts: async () => ({ ok: true, config: null, paths: ['a.txt'], patch: '', patchCut: false }),
  } as unknown as SessionWorkspace;
  const filled = {
    ok: true,
    base: null,
    head: null,
    branch: null,
    resumed: false,
    remote: 'current',
    startedTooEarly: false,
  } as const;
  return { events, context, review: () => reviewWork(context, { workspace, filled, conversation: null }) };
}

it('gives Claude a message first that comes while its work is being captured', async () => {
  const { events, context, review } = setUp(() => {
    context.messages.add({ commandId: 1, messageId: 'm', author: 'ada', text: 'one more thing' });
    return CAPTURED;
  });
  expect(await review()).toEqual({ status: 'more_to_say' });
  expect(events).toEqual([]);
  expect(context.messages.hasWaiting).toBe(true);
});

it('shows the work, passes the gates that there are, and waits for the order for its tree', async () => {
  const { events, context, review } = setUp(() => CAPTURED);
  const reviewing = review();
  context.publish.receive({ commandId: 4, tree: TREE });
  expect(await reviewing).toMatchObject({ status: 'approved', work: { name: TREE, sides: [] } });
  expect(events.map(({ type }) => type)).toEqual([
    'work.captured',
    'gates.started',
    // With no settings there is one, for secrets.
    'gate.finished',
    'gates.finished',
    'command.taken',
  ]);
});

it('tells what was left out of the work', async () => {
  const { events, review } = setUp(() => ({
    ...CAPTURED,
    changed: false,
    dropped: ['CLAUDE.md'],
    skipped: ['sub/'],
  }));
  expect(await review()).toEqual({ status: 'ended', end: { type: 'unchanged' } });
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  expect(notices).toEqual([expect.stringContaining('CLAUDE.md'), expect.stringContaining('sub/')]);
});

it('ends without showing anything when the job is stopped meanwhile', async () => {
  const { events, context, review } = setUp(() => {
    context.stop.request({ type: 'cancelled', text: '', commandId: 9 });
    return CAPTURED;
  });
  expect(await review()).toEqual({ status: 'ended', end: { type: 'cancelled', commandId: 9 } });
  expect(events).toEqual([]);
});

it('writes a rejection down before anything is done about it, and waits for no order any more', async () => {
  const { events, context, review } = setUp(() => CAPTURED);
  const reviewing = review();
  // As a command has it: its type is not the event's.
  const rejection = {
    type: 'reject',
    commandId: 4,
    by: 'ada',
    reason: 'Use tabs.',
    again: true,
    messageId: 'm',
  };
  context.reject.receive(rejection);
  expect(await reviewing).toEqual({ status: 'rejected', rejection });
  expect(events.slice(-2)).toEqual([
    { ...rejection, type: 'work.rejected' },
    { type: 'command.taken', commandId: 4 },
  ]);
});

it('ends the job for a rejection for good, also for one that came before the folder was there', async () => {
  const { context, review } = setUp(() => CAPTURED);
  context.reject.receive({ commandId: 5, by: 'ada', reason: null, again: false, messageId: null });
  expect(context.stop.reason).toBeNull();
  const reviewing = review();
  context.reject.ready();
  expect(await reviewing).toEqual({ status: 'ended', end: { type: 'rejected', commandId: 5 } });
});
