import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { GitHubWrite } from '../github-write.ts';
import { eventually } from '../testing/eventually.ts';
import { type WritingAccount, writingAccount } from './testing/writing-account.ts';

const comment = ({ thread, taskId }: WritingAccount, body: string, urgent = true): GitHubWrite => ({
  kind: 'tracking_comment',
  key: `comment:${taskId}`,
  taskId,
  thread,
  body,
  urgent,
});
const checkRun = (
  { thread, taskId }: WritingAccount,
  headSha: string,
  done = false,
): Extract<GitHubWrite, { kind: 'check_run' }> => ({
  kind: 'check_run',
  key: `check:${taskId}`,
  taskId,
  thread,
  headSha,
  title: 'Working',
  summary: 'Working on it.',
  state: done ? { status: 'completed', conclusion: 'success' } : { status: 'in_progress' },
  detailsUrl: 'https://signalbox.test/sessions/1',
});
const pull = ({ thread, taskId }: WritingAccount): GitHubWrite => ({
  kind: 'pull_request',
  key: `pull:${taskId}`,
  taskId,
  thread,
  head: 'signalbox/1',
  base: 'main',
  title: 'Fix it',
  body: 'Done.',
});
const outputSchema = z.object({
  output: z.object({ annotations: z.array(z.object({ start_line: z.number() })).default([]) }),
});
const annotationLines = (body: unknown): number[] =>
  outputSchema.parse(body).output.annotations.map((one) => one.start_line);
const oops = { status: 500, body: { message: 'oops' } };

describe('a tracking comment', () => {
  it('is made once and edited afterwards, with a marker to find it by', async () => {
    const set = writingAccount();
    await set.write(comment(set, 'Queued'));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    await set.write(comment(set, 'Done'));
    await set.until(() => expect(set.github.comments[0]?.body).toContain('Done'));
    expect(set.github.comments).toMatchObject([{ body: `Done\n\n<!-- signalbox:comment:${set.taskId} -->` }]);
  });

  it('keeps the marker that it brings', async () => {
    const set = writingAccount();
    await set.write(comment(set, '<!-- signalbox:task:1 -->\n\nQueued'));
    await set.until(() => expect(set.github.comments[0]?.body).toBe('<!-- signalbox:task:1 -->\n\nQueued'));
  });

  it('is not made twice when the answer to its making was lost', async () => {
    const set = writingAccount();
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', 'answer lost');
    await set.write(comment(set, 'Queued'));
    await set.until(() =>
      expect(set.github.callsTo('GET /repos/acme/shop/issues/1/comments')).toHaveLength(1),
    );
    await set.write(comment(set, 'Done'));
    await set.until(() => expect(set.github.comments[0]?.body).toContain('Done'));
    expect(set.github.comments).toHaveLength(1);
    expect(set.github.callsTo('POST /repos/acme/shop/issues/1/comments')).toHaveLength(1);
  });

  it('is looked for among the comments of Apps only: anybody can copy a marker', async () => {
    const set = writingAccount();
    const marker = `<!-- signalbox:comment:${set.taskId} -->`;
    const user = { login: 'mallory', type: 'User' };
    set.github.comments.push({ id: 1, body: marker, user, created_at: new Date().toISOString() });
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', 'no answer');
    await set.write(comment(set, 'Queued'));
    await set.until(() => expect(set.github.comments).toHaveLength(2));
    expect(set.github.comments[0]?.body).toBe(marker);
  });

  it('is made anew once when somebody deletes it', async () => {
    const set = writingAccount();
    await set.write(comment(set, 'Queued'));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    set.github.comments.length = 0;
    await set.write(comment(set, 'Working'));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    set.github.comments.length = 0;
    await set.write(comment(set, 'Done'));
    await set.until(() =>
      expect(set.github.callsTo('PATCH /repos/acme/shop/issues/comments')).toHaveLength(2),
    );
    await eventually(async () => expect(await set.waiting()).toMatchObject([{ parked: 1 }]));
    expect(set.github.comments).toHaveLength(0);
  });

  it('waits ten seconds between edits, and only the newest text is written', async () => {
    const set = writingAccount();
    await set.write(comment(set, 'Queued', false));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    await set.write(comment(set, 'Working 1', false));
    await set.write(comment(set, 'Working 2', false));
    expect(await set.waiting()).toHaveLength(1);
    expect(set.github.callsTo('PATCH')).toHaveLength(0);
    // The end does not wait.
    await set.write(comment(set, 'Done', true));
    await set.until(() => expect(set.github.comments[0]?.body).toContain('Done'));
    expect(set.github.callsTo('PATCH')).toHaveLength(1);
  });

  it('is given up with a remedy when GitHub refuses it', async () => {
    const set = writingAccount();
    const message = 'Unable to create comment because issue is locked.';
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', { status: 403, body: { message } });
    await set.write(comment(set, 'Queued'));
    await eventually(async () => expect(await set.waiting()).toMatchObject([{ parked: 1 }]));
    expect(set.github.callsTo('POST /repos/acme/shop/issues/1/comments')).toHaveLength(1);
  });

  it('waits as long as GitHub asks when a limit is reached', async () => {
    const set = writingAccount();
    set.github.failNext('POST /repos/acme/shop/issues/1/comments', {
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit.' },
      headers: { 'retry-after': '2' },
    });
    const startedMs = Date.now();
    await set.write(comment(set, 'Queued'));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(2_000);
    expect(set.github.callsTo('POST /repos/acme/shop/issues/1/comments')).toHaveLength(2);
  });
});

describe('a check run', () => {
  it('is updated in place while its commit stays the same', async () => {
    const set = writingAccount();
    await set.write(checkRun(set, 'b'.repeat(40)));
    await set.until(() => expect(set.github.checkRuns).toHaveLength(1));
    await set.write(checkRun(set, 'b'.repeat(40), true));
    await set.until(() => expect(set.github.checkRuns[0]?.status).toBe('completed'));
    expect(set.github.checkRuns).toMatchObject([
      { head_sha: 'b'.repeat(40), external_id: `check:${set.taskId}` },
    ]);
  });

  it('goes on at the pushed commit and ends at the old one', async () => {
    const set = writingAccount({ headSha: 'a'.repeat(40) });
    await set.write(checkRun(set, 'a'.repeat(40)));
    await set.until(() => expect(set.github.checkRuns).toHaveLength(1));
    await set.write(checkRun(set, 'c'.repeat(40), true));
    await set.until(() => expect(set.github.checkRuns).toHaveLength(2));
    expect(set.github.checkRuns).toMatchObject([
      { head_sha: 'a'.repeat(40), status: 'completed' },
      { head_sha: 'c'.repeat(40), status: 'completed' },
    ]);
  });

  it('says each finding beside its line once, fifty a call, however often it is written', async () => {
    const set = writingAccount({ headSha: 'a'.repeat(40) });
    const annotations = Array.from({ length: 120 }, (_, index) => ({
      path: 'a.ts',
      line: index + 1,
      message: 'wrong',
      level: 'warning' as const,
    }));
    const write = { ...checkRun(set, 'a'.repeat(40), true), annotations };
    await set.write(write);
    const updates = () => set.github.callsTo('PATCH /repos/acme/shop/check-runs');
    await set.until(() => expect(updates()).toHaveLength(2));
    await set.write({ ...write, title: 'Once more' });
    await set.until(() => expect(updates()).toHaveLength(3));
    const calls = [...set.github.callsTo('POST /repos/acme/shop/check-runs'), ...updates()];
    const said = calls.map(({ body }) => annotationLines(body));
    expect(said.map((lines) => lines.length)).toEqual([50, 50, 20, 0]);
    expect(new Set(said.flat()).size).toBe(120);
  });

  it('is made anew once for each request to run it again, also when the answer was lost', async () => {
    const set = writingAccount({ headSha: 'a'.repeat(40) });
    const write = checkRun(set, 'a'.repeat(40), true);
    await set.write(write);
    await set.until(() => expect(set.github.checkRuns).toHaveLength(1));
    set.github.failNext('POST /repos/acme/shop/check-runs', 'answer lost');
    await set.write({ ...write, again: 'check_action:1' });
    await set.until(() => expect(set.github.checkRuns).toHaveLength(2));
    await set.until(() => expect(set.github.callsTo('PATCH /repos/acme/shop/check-runs')).toHaveLength(1));
    await set.write({ ...write, again: 'check_action:1', title: 'Done' });
    await set.until(() => expect(set.github.callsTo('PATCH /repos/acme/shop/check-runs')).toHaveLength(2));
    expect(set.github.checkRuns.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  it('is not made twice when the answer to its making was lost', async () => {
    const set = writingAccount({ headSha: 'a'.repeat(40) });
    set.github.failNext('POST /repos/acme/shop/check-runs', 'answer lost');
    await set.write(checkRun(set, 'a'.repeat(40), true));
    await set.until(() => expect(set.github.callsTo('PATCH /repos/acme/shop/check-runs')).toHaveLength(1));
    expect(set.github.checkRuns).toHaveLength(1);
  });
});

describe('a pull request', () => {
  it('is opened once, also when the answer was lost', async () => {
    const set = writingAccount();
    set.github.failNext('POST /repos/acme/shop/pulls', 'answer lost');
    await set.write(pull(set));
    await eventually(async () => {
      await set.until(() =>
        expect(set.github.callsTo('GET /repos/acme/shop/pulls').length).toBeGreaterThan(1),
      );
      expect(await set.known(`pull:${set.taskId}`)).toMatchObject({ remoteId: set.github.pulls[0]?.number });
    });
    expect(set.github.pulls).toHaveLength(1);
  });

  it('is the one that is open for the same head already', async () => {
    const set = writingAccount();
    set.github.pulls.push({ number: 7, head: 'signalbox/1', state: 'open' });
    await set.write(pull(set));
    await eventually(async () =>
      expect(await set.known(`pull:${set.taskId}`)).toMatchObject({ remoteId: 7 }),
    );
    expect(set.github.callsTo('POST /repos/acme/shop/pulls')).toHaveLength(0);
  });
});

describe('the order of writes', () => {
  it('is kept within a thread, one at a time, over failures', async () => {
    const set = writingAccount();
    set.github.failNext('POST /repos/acme/shop/pulls', oops, 1);
    await set.write(pull(set));
    await set.write(comment(set, 'Done'));
    await set.until(() => expect(set.github.comments).toHaveLength(1));
    expect(set.github.pulls).toHaveLength(1);
    const order = set.github.calls
      .filter(({ method }) => method === 'POST')
      .map(({ path }) => path.split('/').at(-1));
    expect(order.slice(-3)).toEqual(['pulls', 'pulls', 'comments']);
  });
});
