import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureKind } from '../protocol/outcome.ts';
import { type OtherRunner, startOtherRunner } from './harness/second-runner.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const USAGE_RESET_S = 4_000_000_000;

/** The CLI gives up after three tries; then the runner waits for at least five seconds and goes on. */
const FAILED_TRIES = 3;

/** The runner on which nothing is wrong. */
const SOUND = 'sound';

/** Machines on which Claude Code can not work, each a runner of its own with a label. */
const cases: {
  title: string;
  label: string;
  says: RegExp;
  body: string;
  kind: FailureKind;
  environment: Record<string, string>;
}[] = [
  {
    title: 'Claude Code is not installed',
    label: 'without-claude',
    body: '[[say:hello]]',
    kind: 'not_installed',
    says: /install/i,
    environment: { CLAUDE_CODE_PATH: '/nonexistent/claude' },
  },
  {
    title: 'Claude Code is not logged in',
    label: 'without-login',
    body: '[[say:hello]]',
    kind: 'not_logged_in',
    says: /log ?in|API key/i,
    environment: { ANTHROPIC_API_KEY: '' },
  },
  {
    title: 'the usage limit is reached',
    label: 'with-a-plan',
    body: `[[usage-limit:${USAGE_RESET_S}]]`,
    kind: 'usage_limit',
    says: /reset|used up/i,
    environment: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'demonstration' },
  },
];

let world: TestWorld;
const runners: OtherRunner[] = [];
beforeAll(async () => {
  world = await createTestWorld({
    writesAnHour: GENEROUS_WRITES_AN_HOUR,
    claudeEnvironment: { SIGNALBOX_LABELS: SOUND },
  });
  const starts = cases.map(({ label, environment }) =>
    startOtherRunner(world, label, { ...environment, SIGNALBOX_LABELS: label }),
  );
  runners.push(...(await Promise.all(starts)));
});
afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  await world?.close();
});

async function ask(label: string, request: string): Promise<number> {
  const body = `@signalbox --label ${label} ${request}`;
  const issue = await world.github.openIssue({ repo: REPO, author: 'mona', title: 'Do it', body });
  return issue.number;
}

// Beside one another: one of them waits for most of its time.
describe.concurrent('a task that Claude Code can not do', () => {
  it('has the model’s overload in its comment while it waits, and is completed when the model is back', async () => {
    const number = await ask(SOUND, `[[overloaded:${FAILED_TRIES}]]`);
    await until('the comment says what is wrong', () =>
      world.botComments(number).some((comment) => comment.body.includes('529')),
    );
    expect(await world.ended(world.sessionOf(number))).toMatchObject({ state: 'completed', failure: null });
  });

  it.each(cases)('fails with a comment that says what to do when $title', async (given) => {
    const number = await ask(given.label, given.body);
    const task = await world.ended(world.sessionOf(number));
    expect(task).toMatchObject({ state: 'failed', failure: { kind: given.kind }, runnerName: given.label });
    expect(task.failure?.remedy).toMatch(given.says);
    await until('the comment names the remedy', () =>
      world.botComments(number).some(({ body }) => body.includes(task.failure?.remedy.slice(0, 20) ?? '?')),
    );
  });
});
