import { describe, expect, it } from 'vitest';
import type { GitHubWrite } from '../github-write.ts';
import { issueSession, pullSession, requestOf, SHA } from './testing/make-requests.ts';
import { finished, started, text, UP_TO_APPROVAL } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';

type Kind = GitHubWrite['kind'];
async function writesOf<K extends Kind>(
  session: TestSession,
  kind: K,
): Promise<Extract<GitHubWrite, { kind: K }>[]> {
  const writes = (await session.held('github')).flatMap((body) =>
    body.kind === 'github' ? [body.write] : [],
  );
  return writes.filter((write): write is Extract<GitHubWrite, { kind: K }> => write.kind === kind);
}

const tool = { type: 'claude.tool_use', toolUseId: 't', name: 'Bash', parent: null } as const;
const input = { text: '{"command":"npm test"}', bytes: 22, cut: false };

describe('the tracking comment', () => {
  it('is written at once when a task is made, and carries the hidden marker first', async () => {
    const session = await submitted();
    const [comment] = await writesOf(session, 'tracking_comment');
    expect(comment).toMatchObject({ key: `comment:${session.id}.1`, urgent: false });
    expect(comment?.body.split('\n')[0]).toBe(`<!-- signalbox:task:${session.id}.1 -->`);
    expect(comment?.body).toContain('**Queued**');
    expect(comment?.body).toContain(`/sessions/${session.id})`);
  });

  it('waits for the edit interval, then tells the newest state once', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, { ...tool, input });
    expect((await writesOf(session, 'tracking_comment'))[0]?.body).toContain('**Queued**');
    await session.evict();
    await session.ringDeadline('comment:1');
    const [comment, ...others] = await writesOf(session, 'tracking_comment');
    expect(others).toEqual([]);
    expect(comment?.body).toContain('**Working**');
    expect(comment?.body).toContain('- Last step: ` Bash {"command":"npm test"} `');
    await runner.events(text('words are no news'));
    await session.ringDeadline('comment:1');
    expect((await writesOf(session, 'tracking_comment'))[0]?.body).toBe(comment?.body);
  });

  it('goes out at once, marked urgent, when the task is over, and says what to do', async () => {
    const session = await submitted();
    const runner = await session.open();
    const failure = {
      kind: 'not_logged_in',
      message: 'Claude is not logged in on <b>box</b>, says @mona.',
      remedy: 'Run `claude` there and log in.',
      retryAt: null,
    } as const;
    await runner.events(started, finished({ type: 'failed', failure, rescueRef: 'refs/rescue/1' }));
    const [comment] = await writesOf(session, 'tracking_comment');
    expect(comment?.urgent).toBe(true);
    expect(comment?.body).toContain('**Failed**');
    expect(comment?.body).toContain('**What to do:** Run `claude` there and log in.');
    expect(comment?.body).toContain('refs/rescue/1');
    expect(comment?.body).not.toMatch(/<b>|@mona/);
  });

  it('is not written again for words alone', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, finished({ type: 'cancelled', rescueRef: null }));
    const before = await writesOf(session, 'tracking_comment');
    await runner.socket.closed();
    const again = await session.open();
    again.frame(3, [text('late')]);
    await again.socket.next('ack');
    expect(await writesOf(session, 'tracking_comment')).toEqual(before);
  });
});

describe('the check run', () => {
  it('follows the task on a pull request from queued to its conclusion', async () => {
    const session = await submitted({ session: pullSession(false) });
    expect((await writesOf(session, 'check_run'))[0]).toMatchObject({
      state: { status: 'queued' },
      headSha: SHA,
      detailsUrl: expect.stringContaining(session.id),
    });
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    expect((await writesOf(session, 'check_run'))[0]).toMatchObject({
      state: { status: 'completed', conclusion: 'cancelled' },
      title: 'Cancelled',
    });
  });

  it('is not made for an issue whose work has no commit', async () => {
    const session = await submitted();
    await session.rpc.endTask(1, 'cancel', 'mona', null);
    expect(await writesOf(session, 'check_run')).toEqual([]);
  });
});

describe('a pull request that GitHub does not open', () => {
  it('fails the task with what GitHub said', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...UP_TO_APPROVAL);
    const result = {
      kind: 'pull_request',
      status: 'parked',
      message: 'No commits.',
      remedy: 'Look.',
    } as const;
    await session.rpc.githubWritten({ key: `pull:${session.id}.1`, ...result });
    expect(await session.task()).toMatchObject({
      state: 'failed',
      failure: { kind: 'github_refused', remedy: 'Look.' },
    });
  });

  it('fails the task when no answer comes within the limit', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(...UP_TO_APPROVAL);
    await session.evict();
    await session.ringDeadline('task:1');
    expect(await session.task()).toMatchObject({ state: 'failed', failure: { kind: 'push_failed' } });
  });
});

describe('a queue without a runner', () => {
  it('says why the task waits', async () => {
    const session = await submitted({
      session: issueSession({ account: 'github:4711' }),
      request: requestOf('Do it', { labels: ['gpu'] }),
    });
    const viewer = await session.view();
    await viewer.until((frames) =>
      frames.some(
        (frame) => frame.type === 'events' && frame.events.some(({ event }) => event.type === 'job.queued'),
      ),
    );
    const page = await session.rpc.eventsAfter(0, 100);
    const queued = page?.events.find(({ event }) => event.type === 'job.queued');
    expect(queued?.event).toMatchObject({ ahead: 0, reason: expect.stringMatching(/runner/i) });
  });
});
