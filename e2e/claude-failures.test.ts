import { expect, it } from 'vitest';
import type { FailureKind } from '../protocol/outcome.ts';
import { createTestWorld, REPO } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const USAGE_RESET_S = 4_000_000_000;

/** The CLI gives up after three tries; the runner waits and goes on, so this takes two waits. */
const FAILED_TRIES = 6;

const cases: {
  title: string;
  body: string;
  kind: FailureKind;
  says: RegExp;
  environment: Record<string, string>;
}[] = [
  {
    title: 'Claude Code is not installed',
    body: '@signalbox [[say:hello]]',
    kind: 'not_installed',
    says: /install/i,
    environment: { CLAUDE_CODE_PATH: '/nonexistent/claude' },
  },
  {
    title: 'Claude Code is not logged in',
    body: '@signalbox [[say:hello]]',
    kind: 'not_logged_in',
    says: /log ?in|API key/i,
    environment: { ANTHROPIC_API_KEY: '' },
  },
  {
    title: 'the usage limit is reached',
    body: `@signalbox [[usage-limit:${USAGE_RESET_S}]]`,
    kind: 'usage_limit',
    says: /reset|used up/i,
    environment: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'demonstration' },
  },
];

it.each(cases)('fails the task with a comment that says what to do when $title', async (given) => {
  const world = await createTestWorld({ claudeEnvironment: given.environment });
  try {
    const { number } = await world.github.openIssue({
      repo: REPO,
      author: 'mona',
      title: 'Fail',
      body: given.body,
    });
    const task = await world.ended(world.sessionOf(number));
    expect(task).toMatchObject({ state: 'failed', failure: { kind: given.kind } });
    expect(task.failure?.remedy).toMatch(given.says);
    await until('the comment names the remedy', () =>
      world.botComments(number).some(({ body }) => body.includes(task.failure?.remedy.slice(0, 20) ?? '?')),
    );
  } finally {
    await world.close();
  }
});

it('says that the model is overloaded while it waits, and completes the task when the model is back', async () => {
  const world = await createTestWorld();
  try {
    const body = `@signalbox [[overloaded:${FAILED_TRIES}]]`;
    const { number } = await world.github.openIssue({ repo: REPO, author: 'mona', title: 'Busy', body });
    await until('the comment says what is wrong', () =>
      world.botComments(number).some((comment) => comment.body.includes('529')),
    );
    expect(await world.ended(world.sessionOf(number))).toMatchObject({ state: 'completed', failure: null });
  } finally {
    await world.close();
  }
});
