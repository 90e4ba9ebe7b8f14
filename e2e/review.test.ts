import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Script } from '../doubles/model/script.ts';
import { text, tool } from '../doubles/model/script.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const finding = (id: string, line: number, more: Record<string, unknown> = {}) => ({
  id,
  path: 'sum.js',
  line,
  severity: 'high',
  body: `About ${id}, @mona.`,
  ...more,
});
const ANSWERS: Record<string, Record<string, unknown>> = {
  first: {
    summary: 'Two things are wrong.',
    findings: [
      finding('wrong-sign', 2, { suggestion: '  return a + b;' }),
      finding('no-check', 1, { side: 'RIGHT' }),
      finding('elsewhere', 90),
    ],
  },
  second: { summary: 'One is mended.', findings: [finding('no-check', 1)] },
};

/** `[[review:name]]`: reads a file, then answers with that review. */
const review: Script = {
  name: 'review',
  steps: ({ arg }) => [
    tool('Read', { file_path: 'sum.js' }),
    tool('StructuredOutput', ANSWERS[arg] ?? {}),
    text('Reviewed.'),
  ],
};

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ scripts: [review] });
});
afterAll(() => world?.close());

it('reviews a pull request at its lines, says nothing twice and resolves what is mended', async () => {
  const { github, model } = world;
  const push = (content: string) =>
    github.pushCommit({
      repo: REPO,
      author: 'mona',
      branch: 'sum',
      from: 'main',
      files: { 'sum.js': content },
    });
  await push('export function sum(a, b) {\n  return a - b;\n}\n');
  const { number } = await github.openPullRequest({ repo: REPO, author: 'mona', head: 'sum', title: 'Sum' });
  const ask = (body: string) => github.commentOnIssue({ repo: REPO, number, author: 'mona', body });
  await ask('@signalbox review: [[review:first]]');
  const sessionId = world.sessionOf(number);
  expect(await world.ended(sessionId)).toMatchObject({ state: 'completed', commitSha: null });
  const pull = async () => (await github.pulls(REPO)).find((one) => one.number === number);
  await until('the review is there', async () => (await pull())?.reviews.length === 1);
  const first = await pull();
  expect(first?.reviews).toMatchObject([{ state: 'COMMENTED', commitId: first?.headSha }]);
  expect(first?.reviews[0]?.body).toContain('Two things are wrong.');
  expect(first?.reviews[0]?.body).toContain('sum.js, line 90');
  expect(first?.reviewComments.map(({ path, line }) => [path, line])).toEqual([
    ['sum.js', 2],
    ['sum.js', 1],
  ]);
  const [sign] = first?.reviewComments ?? [];
  expect(sign?.body).toContain('```suggestion\n  return a + b;\n```');
  expect(sign?.body).not.toContain('@mona');
  // It was given the diff with its numbers, and nothing to write or to run anything with.
  const asked = model.requests.find(({ body }) => JSON.stringify(body).includes('return a - b'));
  expect(JSON.stringify(asked?.body)).toContain('R2 +  return a - b;');
  const tools = asked?.body?.tools?.map(({ name }) => name) ?? [];
  expect(tools).toContain('Read');
  expect(tools.filter((name) => ['Bash', 'Edit', 'NotebookEdit', 'Write'].includes(name))).toEqual([]);

  await ask('@signalbox review: [[review:second]]');
  expect(await world.ended(sessionId, 2)).toMatchObject({ state: 'completed', commitSha: null });
  await until('the second review is there', async () => (await pull())?.reviews.length === 2);
  await until(
    'what is mended is resolved',
    async () =>
      (await pull())?.reviewComments.some(({ line, isResolved }) => line === 2 && isResolved) === true,
  );
  const second = await pull();
  expect(second?.reviewComments.map(({ isResolved }) => isResolved)).toEqual([true, false]);
  expect(second?.headSha).toBe(first?.headSha);
  await until('the comment leads to the review', () =>
    world.botComments(number).some(({ body }) => body.includes('): no new findings')),
  );
  expect(github.violations).toEqual([]);
});
