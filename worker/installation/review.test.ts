import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../../protocol/review.ts';
import type { GitHubWrite } from '../github-write.ts';
import { FakeGitHub } from './testing/fake-github.ts';
import { ended, sendWebhook } from './testing/send-webhook.ts';
import { commentsFrom } from './testing/write-comments.ts';
import { type WritingAccount, writingAccount } from './testing/writing-account.ts';

const HEAD = 'c'.repeat(40);
const PATCH = '@@ -1,2 +1,3 @@\n one\n+two\n three';

const payloadSchema = z.object({ issue: z.looseObject({}), repository: z.object({ id: z.int() }) });

const finding = (id: string, line: number): Finding => ({
  id,
  path: 'src/a.js',
  line,
  startLine: null,
  side: 'RIGHT',
  severity: 'medium',
  body: `About ${id}.`,
  suggestion: null,
});

function review(set: WritingAccount, findings: Finding[], round = 1): GitHubWrite {
  const { thread, taskId } = set;
  return {
    kind: 'review',
    key: `review:${taskId}:${round}`,
    taskId,
    thread,
    headSha: HEAD,
    base: 'main',
    summary: 'Looks fine but for this.',
    findings,
    sessionUrl: 'https://signalbox.test/sessions/1',
  };
}

function reviewing(): WritingAccount {
  const set = writingAccount({ isPullRequest: true });
  set.github.reviewing.files = [{ filename: 'src/a.js', status: 'modified', patch: PATCH }];
  return set;
}

describe('a review on GitHub', () => {
  it('is one, of the commit that was read, with each finding at its line and the rest in its text', async () => {
    const set = reviewing();
    await set.write(review(set, [finding('second-line', 2), finding('far-away', 40)]));
    const { reviews } = set.github.reviewing;
    await set.until(() => expect(reviews).toHaveLength(1));
    expect(reviews).toMatchObject([
      {
        event: 'COMMENT',
        commit_id: HEAD,
        body: expect.stringContaining('src/a.js, line 40: About far-away.'),
        comments: [
          { path: 'src/a.js', line: 2, side: 'RIGHT', body: expect.stringContaining('About second-line.') },
        ],
      },
    ]);
    expect(set.github.callsTo('/compare/')[0]?.path).toContain(`main...${HEAD}`);
  });

  it('is not made twice when the answer to its making was lost', async () => {
    const set = reviewing();
    set.github.failNext('POST /repos/acme/shop/pulls/1/reviews', 'answer lost');
    await set.write(review(set, [finding('second-line', 2)]));
    await set.until(() => expect(set.github.callsTo('GET /repos/acme/shop/pulls/1/reviews')).toHaveLength(1));
    await set.until(async () => expect(await set.waiting()).toEqual([]));
    expect(set.github.reviewing.reviews).toHaveLength(1);
    expect(set.github.reviewing.threads).toMatchObject([{ isResolved: false }]);
  });

  it('says only what is new the next time, and resolves what is gone and its own', async () => {
    const set = reviewing();
    const { reviews, threads } = set.github.reviewing;
    await set.write(review(set, [finding('stays', 1), finding('goes', 2)]));
    await set.until(() => expect(threads).toHaveLength(2));
    const copied = threads[1]?.body ?? '';
    threads.push({ id: 'PRRT_of_somebody', isResolved: false, line: 2, body: copied, isOurs: false });
    await set.write(review(set, [finding('stays', 1), finding('comes', 3)], 2));
    await set.until(() => expect(reviews).toHaveLength(2));
    expect(reviews[1]?.comments).toMatchObject([{ line: 3 }]);
    await set.until(() =>
      expect(threads.map(({ isResolved }) => isResolved)).toEqual([false, true, false, false]),
    );
  });
});

describe('`review` in a comment', () => {
  const github = new FakeGitHub();
  beforeAll(() => {
    github.install();
  });
  const comment = commentsFrom(958_000);
  const pullPage = { url: 'x', html_url: 'https://github.test/x/pull/1', diff_url: 'x', patch_url: 'x' };

  it('starts a task that reads the pull request, with its diff, and nothing else', async () => {
    const made = comment('@signalbox review --budget 2');
    const { payload, repo, account, session, delivery } = made;
    const { issue, repository } = payloadSchema.parse(payload);
    github.reviewing.files = [{ filename: 'src/a.js', status: 'modified', patch: PATCH }];
    const side = (ref: string, sha: string) => ({ ref, sha, repo: { id: repository.id } });
    github.pullDetails = {
      ...issue,
      number: 1,
      head: side('feature', HEAD),
      base: side('main', 'd'.repeat(40)),
    };
    await sendWebhook(delivery, 'issue_comment', {
      ...payload,
      issue: { ...issue, pull_request: pullPage },
    });
    expect(await ended(account, delivery)).toMatchObject({ status: 'done', reason: null });
    const snapshot = await session.snapshot();
    expect(snapshot?.tasks).toMatchObject([
      {
        state: 'pending',
        request: expect.stringContaining(`up to commit ${HEAD.slice(0, 12)}`),
        options: { review: true, maxUsd: 2, outputSchema: { type: 'object' } },
      },
    ]);
    expect(github.callsTo(`/${repo}/compare/`)).toHaveLength(1);
  });

  it('is told to be for pull requests, in an issue', async () => {
    const { payload, account, session, delivery } = comment('@signalbox review');
    await sendWebhook(delivery, 'issue_comment', payload);
    expect(await ended(account, delivery)).toMatchObject({
      status: 'ignored',
      reason: 'there is no pull request to review',
    });
    expect(await session.snapshot()).toBeNull();
  });
});
