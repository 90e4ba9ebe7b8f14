import { expect, it } from 'vitest';
import { toViewerSchema } from '../../protocol/viewer-socket.ts';
import { EXAMPLE_MESSAGE, EXAMPLE_SESSION, EXAMPLE_TASK } from '../http/session-examples.ts';
import { FrameCleaner, frameForStrangers } from './for-strangers.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

const FRAME = {
  type: 'snapshot',
  session: { ...EXAMPLE_SESSION, title: `Use ${TOKEN}`, metadata: { ticket: 'internal-7' } },
  tasks: [
    {
      ...EXAMPLE_TASK,
      request: `Use ${TOKEN}`,
      requester: { login: 'octocat', id: 1, name: null, email: 'octocat@example.com' },
      rescueRef: 'refs/signalbox/rescue/1',
      rescues: [{ ref: 'refs/signalbox/rescue/1', sha: 'a', epoch: 1, runnerName: 'build-1', at: 1 }],
    },
  ],
  messages: [{ ...EXAMPLE_MESSAGE, content: `Use ${TOKEN}` }],
} as const;

it('leaves out secrets, addresses, machines and what programs keep, and is still a frame for viewers', () => {
  const shown = frameForStrangers(toViewerSchema.parse(FRAME));
  const text = JSON.stringify(shown);
  expect(toViewerSchema.parse(shown)).toEqual(shown);
  for (const gone of [TOKEN, 'octocat@example.com', 'build-1', 'internal-7', 'refs/signalbox']) {
    expect(text).not.toContain(gone);
  }
  expect(shown).toMatchObject({
    session: { title: 'Use [redacted]' },
    tasks: [{ request: 'Use [redacted]' }],
  });
});

it('shows what Claude asks with its texts redacted, and no image, which no rule can look into', () => {
  const image = {
    id: crypto.randomUUID(),
    name: 'plan.png',
    type: 'image/png',
    bytes: 9,
    sha256: 'a'.repeat(64),
  };
  const question = {
    id: 'toolu_1',
    taskId: EXAMPLE_TASK.id,
    kind: 'permission',
    items: [{ text: `Use ${TOKEN}?`, header: null, multiSelect: false, choices: [] }],
    tool: { name: 'Deploy', input: { text: `{"token":"${TOKEN}"}`, cut: false, bytes: 60 } },
    askedAt: 1,
    state: { status: 'open', endsAt: 2, onNoAnswer: 'continue' },
  };
  const [task] = FRAME.tasks;
  const [message] = FRAME.messages;
  const shown = frameForStrangers(
    toViewerSchema.parse({
      ...FRAME,
      tasks: [{ ...task, question }],
      messages: [{ ...message, attachments: [image] }],
    }),
  );
  expect(toViewerSchema.parse(shown)).toEqual(shown);
  expect(shown).toMatchObject({ tasks: [{ question: { items: [{ text: 'Use [redacted]?' }] } }] });
  const received = { type: 'message.received', messageId: 'm', author: 'mona', source: 'api', text: 'Look' };
  const events = frameForStrangers(
    toViewerSchema.parse({
      type: 'events',
      events: [{ id: 1, at: 1, taskId: null, event: { ...received, attachments: [image] } }],
    }),
  );
  expect(events).toEqual({ type: 'events', events: [{ id: 1, at: 1, taskId: null, event: received }] });
  for (const gone of [TOKEN, image.id, 'plan.png']) {
    expect(JSON.stringify([shown, events])).not.toContain(gone);
  }
});

it('cleans what goes to many once, and the next frame anew', () => {
  const cleaner = new FrameCleaner();
  const frame = (text: string) =>
    JSON.stringify({
      type: 'events',
      events: [{ id: 1, at: 1, taskId: null, event: { type: 'claude.text', text, parent: null } }],
    });
  const first = cleaner.clean(frame(`See ${TOKEN} here`));
  expect(first).toContain('See [redacted] here');
  expect(cleaner.clean(frame(`See ${TOKEN} here`))).toBe(first);
  expect(cleaner.clean(frame('Nothing'))).toContain('Nothing');
});
