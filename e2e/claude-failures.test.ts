import { expect, it } from 'vitest';
import type { FailureKind } from '../protocol/outcome.ts';
import { createTestWorld, REPO } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const USAGE_RESET_S = 4_000_000_000;

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
    title: 'the model is overloaded',
    body: '@signalbox [[overloaded]]',
    kind: 'api_overloaded',
    says: /retry/i,
    environment: {},
  },
  {
    title: 'the usage limit is reached',
    body: `@signalbox [[usage-limit:${USAGE_RESET_S}]]`,
    kind: 'usage_limit',
    says: /retry|resets/i,
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
    await until('the check run failed', () =>
      world.github.checkRuns(REPO).some(({ conclusion }) => conclusion === 'failure'),
    );
  } finally {
    await world.close();
  }
});
