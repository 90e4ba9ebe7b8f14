import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { QuestionReplyInput, QuestionView } from '../../protocol/questions.ts';
import type { TaskView } from '../../protocol/task.ts';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { QuestionPanel } from './question.tsx';

const SESSION = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const question: QuestionView = {
  id: 'toolu_1',
  taskId: `${SESSION}.1`,
  kind: 'question',
  items: [
    {
      text: 'Which colour?',
      header: null,
      multiSelect: false,
      choices: [
        { label: 'Red', description: 'like a rose' },
        { label: 'Blue', description: '' },
      ],
    },
    { text: 'Which parts?', header: null, multiSelect: true, choices: [{ label: 'API', description: '' }] },
  ],
  tool: null,
  askedAt: 0,
  state: { status: 'open', endsAt: 86_400_000, onNoAnswer: 'continue' },
};
const task: TaskView = {
  id: `${SESSION}.1`,
  number: 1,
  sessionId: SESSION,
  state: 'waiting_input',
  stateSince: 0,
  request: 'x',
  source: 'api',
  requester: { login: 'ada', id: null, name: null, email: null },
  options: taskOptionsSchema.parse({}),
  epoch: 1,
  runnerId: null,
  runnerName: null,
  usage: NO_USAGE,
  branch: null,
  commitSha: null,
  pullRequest: null,
  summary: null,
  failure: null,
  rescueRef: null,
  question,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
};

let host: HTMLElement;
const sent: [string, string, QuestionReplyInput][] = [];
const model = {
  busy: signal(false),
  answer: async (...answer: [string, string, QuestionReplyInput]) => {
    sent.push(answer);
    return true;
  },
};
beforeEach(async () => {
  host = document.createElement('div');
  document.body.append(host);
  sent.length = 0;
  await act(() => render(<QuestionPanel task={task} model={model} />, host));
});
afterEach(() => {
  render(null, host);
  host.remove();
});

const button = (name: string) => [...host.querySelectorAll('button')].find((one) => one.textContent === name);

it('sends one answer for each question, of choices and own words, once all are answered', async () => {
  expect(button('Answer')?.disabled).toBe(true);
  const [, blue] = host.querySelectorAll<HTMLInputElement>('input[type=radio]');
  await act(() => blue?.click());
  const words = host.querySelectorAll<HTMLInputElement>('input[type=text]')[1];
  await act(() => {
    if (words !== undefined) words.value = ' the docs ';
    words?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => button('Answer')?.click());
  const answers = [
    { choices: ['Blue'], text: null },
    { choices: [], text: 'the docs' },
  ];
  expect(sent).toEqual([[task.id, 'toolu_1', { type: 'answers', answers }]]);
});

it('lets Claude decide itself', async () => {
  await act(() => button('Let Claude decide')?.click());
  expect(sent).toEqual([[task.id, 'toolu_1', { type: 'declined', reason: 'Decide yourself.' }]]);
});
