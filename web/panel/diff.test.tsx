import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DiffView as Diff, diffViewSchema } from '../../protocol/diff.ts';
import type { TaskView } from '../../protocol/task.ts';
import { createDiffReview } from '../model/diff-review.ts';
import { TASK } from '../view/testing/session-fixture.ts';
import { DiffView } from './diff.tsx';

/** Scripts that are loaded on demand come late on a busy machine. */
const LOADED = { timeout: 30_000 };

const TREE = 'a'.repeat(40);
const WORK = { tree: TREE, files: 1, insertions: 2, deletions: 1 };
const PATCH = [
  'diff --git a/greet.js b/greet.js',
  '--- a/greet.js',
  '+++ b/greet.js',
  '@@ -1,2 +1,3 @@',
  ' // start',
  '-const x = 1;',
  '+const x = 2;',
  '+const y = "<b>";',
  '',
].join('\n');

const file = (path: string): Diff['files'][number] => ({
  path,
  previousPath: null,
  status: 'modified',
  insertions: 2,
  deletions: 1,
});
const text = (content: string) => ({ text: content, bytes: content.length, cut: false });
const sums = { filesCut: false, insertions: 2, deletions: 1 };
const DIFF: Diff = diffViewSchema.parse({
  taskId: TASK.id,
  turn: null,
  turns: [1, 2],
  tree: TREE,
  files: [file('greet.js')],
  ...sums,
  patch: text(PATCH),
  repositories: [
    {
      repositoryId: 8,
      repository: 'acme/web',
      tree: 'b'.repeat(40),
      files: [file('page.html')],
      ...sums,
      patch: text('+<b>red</b>\n'),
    },
  ],
});

let host: HTMLElement;
let asked: (number | null)[];
let sent: string[];
beforeEach(() => {
  asked = [];
  sent = [];
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

/** The changes of a task, whose comments are accepted. */
async function show(diff: Diff | null = DIFF, task: TaskView = TASK): Promise<void> {
  const review = createDiffReview(async (message) => {
    sent.push(message);
    return true;
  });
  const read = async (_taskId: string, turn: number | null) => {
    asked.push(turn);
    return diff === null ? null : { ...diff, turn };
  };
  await act(async () => {
    render(<DiffView task={task} work={WORK} read={read} review={review} />, host);
    await Promise.resolve();
  });
}
const button = (name: string): HTMLButtonElement => {
  const found = [...host.querySelectorAll('button')].find(
    (one) => one.textContent === name || one.getAttribute('aria-label') === name,
  );
  if (found === undefined) throw new Error(`There is no button ${name}`);
  return found;
};
const rows = (): string[] =>
  [...host.querySelectorAll('.diff-lines tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent?.replace(/\+$/, '')).join('|'),
  );

it('shows files with their counts, and the lines of each side with their numbers', async () => {
  await show();
  expect(host.querySelector('summary')?.textContent?.replace(/\s+/g, ' ')).toContain('greet.js +2 −1');
  expect(rows()).toEqual([
    '@@ -1,2 +1,3 @@',
    '1|1| // start',
    '2||−const x = 1;',
    '|2|+const x = 2;',
    '|3|+const y = "<b>";',
  ]);
});

it('shows both sides beside each other when asked', async () => {
  await show();
  await act(() => button('Split').click());
  expect(rows()).toEqual([
    '@@ -1,2 +1,3 @@',
    '1| // start|1| // start',
    '2|−const x = 1;|2|+const x = 2;',
    '||3|+const y = "<b>";',
  ]);
  expect(button('Split').getAttribute('aria-pressed')).toBe('true');
});

it('colours code without changing its text', async () => {
  await show();
  await vi.waitFor(() => expect(host.querySelector('.added .hl-kwd')?.textContent).toBe('const'), LOADED);
  expect(host.querySelectorAll('.line-text.added')[1]?.textContent).toBe('+const y = "<b>";');
});

it('asks for one turn, and for the whole task again', async () => {
  await show();
  await act(async () => button('Turn 2').click());
  await act(async () => button('All').click());
  expect(asked).toEqual([null, 2, null]);
});

it('names other repositories, and shows what it can not read as a patch as it is', async () => {
  const side = {
    id: 8,
    repository: 'acme/web',
    access: 'write' as const,
    branch: 'signalbox/x',
    commitSha: null,
    pullRequest: null,
    rescueRef: null,
  };
  await show(DIFF, {
    ...TASK,
    repositories: [{ ...side, changes: { files: 1, insertions: 2, deletions: 1 } }],
  });
  expect(host.querySelector('.diff > p')?.textContent).toContain('2 files changed, +4 −2');
  const other = host.querySelector('section[aria-label="Changes to acme/web"]');
  expect(other?.querySelector('summary')?.textContent).toContain('page.html');
  // Markup of a repository is text here.
  expect(other?.querySelector('pre')?.textContent).toBe('+<b>red</b>\n');
});

it('folds what comes after many lines until somebody wants it', async () => {
  const long = (path: string) =>
    `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -0,0 +1,400 @@\n${'+x\n'.repeat(400)}`;
  await show({
    ...DIFF,
    repositories: [],
    files: [file('a.txt'), file('b.txt')],
    patch: text(long('a.txt') + long('b.txt')),
  });
  const [first, second] = [...host.querySelectorAll('details')];
  expect([first?.open, second?.open]).toEqual([true, false]);
  expect(second?.querySelector('summary')?.textContent).toContain('400 lines');
  expect(second?.querySelector('table')).toBeNull();
  await act(() => {
    if (second !== undefined) second.open = true;
    second?.dispatchEvent(new Event('toggle'));
  });
  expect(second?.querySelectorAll('tr')).toHaveLength(401);
});

it('collects comments on lines, takes one back, and sends the others as one message', async () => {
  await show();
  await comment('Comment on line 2', 'Why 2?');
  await comment('Comment on removed line 2', 'Keep 1.');
  await comment('Comment on line 3', 'A slip');
  expect(host.querySelector('.review-box')?.textContent).toContain('3 comments to send');
  const remove = [...host.querySelectorAll<HTMLButtonElement>('.comments button')].at(-1);
  await act(() => remove?.click());
  await act(async () => button('Send to Claude').click());
  expect(sent).toEqual([
    [
      'Comments on the changes of task 1:',
      '`greet.js`, line 2:\n\n```diff\n+const x = 2;\n```\n\nWhy 2?',
      '`greet.js`, line 2 (removed):\n\n```diff\n-const x = 1;\n```\n\nKeep 1.',
    ].join('\n\n'),
  ]);
  expect(host.querySelector('.review-box, .comments')).toBeNull();
});

async function comment(line: string, words: string): Promise<void> {
  await act(() => button(line).click());
  const box = host.querySelector('textarea');
  if (box === null) throw new Error('There is no box for the comment.');
  await act(() => {
    box.value = words;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => {
    box.closest('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
}

it('has one tab stop a file, from which the arrow keys go on', async () => {
  await show();
  const numbers = [...host.querySelectorAll<HTMLButtonElement>('.to-comment')];
  expect(numbers.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1, -1]);
  numbers[0]?.focus();
  await act(() => {
    numbers[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  });
  expect(document.activeElement).toBe(numbers[1]);
});

it('says so when the changes can not be had', async () => {
  await show(null);
  expect(host.querySelector('[role=alert]')?.textContent).toBe('The changes could not be loaded.');
});
