import { expect, it } from 'vitest';
import type { Job } from '../../../protocol/job.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { NOTHING_RECALLED } from '../recall.ts';
import { firstPrompt } from './first-prompt.ts';

const job = {
  prompt: { request: 'mend it', context: '<thread/>' },
  options: taskOptionsSchema.parse({}),
} as Job;
const reached = { ...NOTHING_RECALLED, promptReached: true };

it('hands the request and the thread over as they are', () => {
  const prompt = firstPrompt({ job, epoch: 1, recall: NOTHING_RECALLED, moved: null }, false, false, '/here');
  expect(prompt).toEqual({ request: 'mend it', context: '<thread/>' });
});

it('does not repeat a request that Claude remembers', () => {
  const prompt = firstPrompt({ job, epoch: 2, recall: reached, moved: null }, true, true, '/here');
  expect(prompt.context).toBeNull();
  expect(prompt.request).toContain('You were interrupted');
  expect(prompt.request).not.toContain('mend it');
});

it.each([
  ['Claude has lost its memory', reached, false, false],
  ['another attempt left work in the folder', NOTHING_RECALLED, false, true],
])('warns before the request when %s', (_why, recall, hasMemory, hasWork) => {
  const { request } = firstPrompt({ job, epoch: 2, recall, moved: null }, hasMemory, hasWork, '/here');
  expect(request).toMatch(/^An earlier attempt[\s\S]+mend it$/);
});

it('says nothing of interruptions where nothing was begun', () => {
  expect(
    firstPrompt({ job, epoch: 3, recall: NOTHING_RECALLED, moved: null }, false, false, '/here').request,
  ).toBe('mend it');
});

it('has Claude commit its steps itself where its commits are kept', () => {
  const several = { ...job, options: taskOptionsSchema.parse({ commitStyle: 'several' }) };
  const asked = { job: several, epoch: 1, recall: NOTHING_RECALLED, moved: null };
  expect(firstPrompt(asked, false, false, '/here').request).toMatch(
    /^Commit your work yourself[\s\S]+mend it$/,
  );
});
