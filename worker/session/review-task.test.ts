import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { GitHubWrite } from '../github-write.ts';
import { pullSession, requestOf, SHA } from './testing/make-requests.ts';
import { finished, started, turnEnded, UP_TO_APPROVAL } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';

const FINDING = { id: 'off-by-one', path: 'src/a.js', line: 3, severity: 'high', body: 'One too many.' };
const ANSWER = JSON.stringify({ summary: 'One thing.', findings: [FINDING] });

const OF = { headSha: SHA, base: 'main' };
const reviewing = () =>
  submitted({
    session: pullSession(false),
    request: { ...requestOf('Review it', { review: true }), reviewOf: OF },
  });
const answered = (structuredOutput?: string): RunnerEvent =>
  ({
    ...turnEnded,
    ...(turnEnded.type === 'claude.turn_ended' ? { text: { ...turnEnded.text, text: ANSWER } } : {}),
    ...(structuredOutput === undefined ? {} : { structuredOutput }),
  }) as RunnerEvent;

const writesOf = async (session: TestSession): Promise<GitHubWrite[]> =>
  (await session.held('github')).flatMap((put) => (put.kind === 'github' ? [put.write] : []));
const reviewsOf = async (session: TestSession) =>
  (await writesOf(session)).filter((write) => write.kind === 'review');

describe('a task that reviews', () => {
  it('writes what Claude found to the commit that it was asked about, and ends without any work', async () => {
    const session = await reviewing();
    const runner = await session.open(1);
    await runner.events(started, answered(ANSWER), finished({ type: 'unchanged' }));
    expect(await reviewsOf(session)).toMatchObject([
      {
        key: expect.stringMatching(/^review:.+\.1:1$/),
        ...OF,
        summary: 'One thing.',
        findings: [{ id: 'off-by-one', path: 'src/a.js', line: 3, side: 'RIGHT' }],
      },
    ]);
    const task = await session.task();
    expect(task).toMatchObject({ state: 'completed', summary: 'One thing.\n\nOne finding.' });
    const [write] = await reviewsOf(session);
    await session.rpc.githubWritten({
      key: write?.key ?? '',
      kind: 'review',
      status: 'done',
      url: 'https://github.test/r',
      fresh: 1,
    });
    const comments = (await writesOf(session)).filter(({ kind }) => kind === 'tracking_comment');
    expect(JSON.stringify(comments.at(-1))).toContain('[Review](https://github.test/r): one new finding');
  });

  it('says what Claude said where that is no review', async () => {
    const session = await reviewing();
    const runner = await session.open(1);
    await runner.events(started, answered(), finished({ type: 'unchanged' }));
    expect(await reviewsOf(session)).toEqual([]);
    expect(await session.task()).toMatchObject({ state: 'completed' });
  });

  it('lets nothing leave that a runner changed all the same', async () => {
    const session = await reviewing();
    const runner = await session.open(1);
    await runner.events(...UP_TO_APPROVAL);
    expect(await session.task()).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringContaining('A review changes nothing') },
    });
  });
});
