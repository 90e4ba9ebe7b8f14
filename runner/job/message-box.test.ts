import { expect, it } from 'vitest';
import type { SayResult } from '../claude/driver.ts';
import type { JobMessage } from './message-box.ts';
import { MessageBox } from './message-box.ts';

const message = (commandId: number): JobMessage => ({
  commandId,
  messageId: `m${commandId}`,
  author: 'ada',
  text: `text ${commandId}`,
});

function box() {
  const taken: number[] = [];
  return { taken, messages: new MessageBox(({ commandId }) => taken.push(commandId)) };
}

it('hands messages to the running turn, those that waited first, and takes each once it is delivered', async () => {
  const { taken, messages } = box();
  const said: number[] = [];
  messages.add(message(1));
  messages.openTurn(async ({ commandId }) => {
    said.push(commandId);
    return 'delivered';
  });
  messages.add(message(2));
  await messages.closeTurn();
  expect({ said, taken, waiting: messages.hasWaiting }).toEqual({
    said: [1, 2],
    taken: [1, 2],
    waiting: false,
  });
});

it('keeps what the turn did not take for the next one, in order', async () => {
  const { taken, messages } = box();
  const answers = new Map<number, (result: SayResult) => void>();
  messages.openTurn(({ commandId }) => new Promise((resolve) => answers.set(commandId, resolve)));
  messages.add(message(1));
  messages.add(message(2));
  const closed = messages.closeTurn();
  messages.add(message(3));
  answers.get(2)?.('not_running');
  answers.get(1)?.('not_running');
  await closed;
  const next = messages.takeAll();
  expect(next.map(({ commandId }) => commandId)).toEqual([1, 2, 3]);
  expect(taken).toEqual([]);
  messages.taken(next);
  expect(taken).toEqual([1, 2, 3]);
});

it('does not close a turn before it is known what became of each message', async () => {
  const { messages } = box();
  let answer: (result: SayResult) => void = () => {};
  messages.openTurn(() => new Promise((resolve) => (answer = resolve)));
  messages.add(message(1));
  let isClosed = false;
  const closing = messages.closeTurn().then(() => {
    isClosed = true;
  });
  await Promise.resolve();
  expect(isClosed).toBe(false);
  answer('delivered');
  await closing;
  expect(messages.hasWaiting).toBe(false);
});
