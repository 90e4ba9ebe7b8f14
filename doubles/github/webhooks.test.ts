import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Webhooks } from '@octokit/webhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectOctokit } from './connect-octokit.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

const secret = 'a secret';
const repo = { owner: 'acme', repo: 'demo' };
type Received = { headers: Record<string, string>; body: string };

let received: Received[];
let answerStatus: number;
let target: Server;
let github: GitHubDouble;

beforeEach(async () => {
  received = [];
  answerStatus = 202;
  target = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(answerStatus).end('noted');
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const address = target.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  github = await startGitHubDouble({
    webhook: { url: `http://127.0.0.1:${address.port}/hook`, secret },
    users: [{ login: 'ann', permission: 'write' }],
  });
});
afterEach(async () => {
  const { violations } = github;
  await github.close();
  target.closeAllConnections();
  target.close();
  expect(violations).toEqual([]);
});

const names = () =>
  received.map(({ headers, body }) => `${headers['x-github-event']}.${JSON.parse(body).action ?? ''}`);

/** What is left of the people in GitHub's example payloads, with what stands before it. */
const foreignNames = () =>
  received.flatMap(({ body }) => body.match(/.{0,80}(codertocat|octocoders|octokit)/gi) ?? []);

test('an action of a person is delivered, signed, and tells of this double only', async () => {
  const { number, deliveries } = await github.openIssue({
    repo: 'demo',
    author: 'ann',
    title: 'Broken',
    body: '@signalbox',
  });
  expect(deliveries).toEqual([{ deliveryId: expect.any(String), status: 202 }]);
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  expect(headers).toMatchObject({
    'x-github-event': 'issues',
    'x-github-delivery': deliveries[0]?.deliveryId,
    'x-github-hook-installation-target-id': String(github.app.id),
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
  });
  const webhooks = new Webhooks({ secret });
  expect(await webhooks.verify(body, headers['x-hub-signature-256'] ?? '')).toBe(true);
  expect(JSON.parse(body)).toMatchObject({
    action: 'opened',
    issue: {
      number,
      title: 'Broken',
      body: '@signalbox',
      user: { login: 'ann' },
      author_association: 'MEMBER',
    },
    repository: { full_name: 'acme/demo', id: github.repositoryId('demo') },
    installation: { id: github.app.installationId },
    sender: { login: 'ann', type: 'User' },
  });
  expect(foreignNames()).toEqual([]);
});

test('every kind of action has its event', async () => {
  await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
  const { commentId } = await github.commentOnIssue({ repo: 'demo', author: 'ann', number: 1, body: 'a' });
  await github.editComment({ repo: 'demo', author: 'ann', commentId, body: 'b' });
  await github.labelIssue({ repo: 'demo', author: 'ann', number: 1, labels: ['signalbox'] });
  await github.closeIssue({ repo: 'demo', author: 'ann', number: 1 });
  await github.pushCommit({ repo: 'demo', author: 'ann', branch: 'topic', files: { 'README.md': 'x\n' } });
  await github.openPullRequest({ repo: 'demo', author: 'ann', head: 'topic', title: 'y' });
  await github.commentOnPullRequestDiff({
    repo: 'demo',
    author: 'ann',
    number: 2,
    path: 'README.md',
    line: 1,
    body: 'c',
  });
  await github.reviewPullRequest({ repo: 'demo', author: 'ann', number: 2, body: 'd' });
  await github.pushCommit({ repo: 'demo', author: 'ann', branch: 'topic', files: { 'README.md': 'z\n' } });
  expect(names().toSorted()).toEqual(
    [
      ...[
        'issues.opened',
        'issue_comment.created',
        'issue_comment.edited',
        'issues.labeled',
        'issues.closed',
      ],
      ...[
        'push.',
        'pull_request.opened',
        'pull_request_review_comment.created',
        'pull_request_review.submitted',
      ],
      ...['pull_request_review.submitted', 'push.', 'pull_request.synchronize'],
    ].toSorted(),
  );
  expect(foreignNames()).toEqual([]);
});

test('what the App itself writes is delivered too, with the bot as its sender', async () => {
  const { rest } = connectOctokit(github);
  await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
  await rest.issues.createComment({ ...repo, issue_number: 1, body: 'Working on it' });
  const { sha } = (await rest.repos.getBranch({ ...repo, branch: 'main' })).data.commit;
  const run = await rest.checks.create({
    ...repo,
    name: 'Signalbox',
    head_sha: sha,
    actions: [{ label: 'Approve', description: 'Push it', identifier: 'approve' }],
  });
  await github.settled();
  expect(names()).toEqual(expect.arrayContaining(['issue_comment.created', 'check_run.created']));
  const comment = received.find(({ headers }) => headers['x-github-event'] === 'issue_comment');
  expect(JSON.parse(comment?.body ?? '')).toMatchObject({
    sender: { login: 'signalbox[bot]', type: 'Bot' },
    comment: { body: 'Working on it', user: { type: 'Bot' } },
  });
  await github.requestCheckRunAction({
    repo: 'demo',
    author: 'ann',
    checkRunId: run.data.id,
    identifier: 'approve',
  });
  expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
    action: 'requested_action',
    requested_action: { identifier: 'approve' },
    check_run: { check_suite: { head_branch: 'main', head_sha: sha } },
    sender: { login: 'ann' },
  });
  expect(foreignNames()).toEqual([]);
});

test('a delivery that failed is in the log and is sent again with the same id', async () => {
  const octokit = connectOctokit(github);
  answerStatus = 500;
  const { deliveries } = await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
  expect(deliveries[0]?.status).toBe(500);
  const { data: log } = await octokit.rest.apps.listWebhookDeliveries();
  expect(log).toMatchObject([
    { guid: deliveries[0]?.deliveryId, status_code: 500, redelivery: false, event: 'issues' },
  ]);
  const delivery_id = log[0]?.id ?? 0;
  const { data: full } = await octokit.rest.apps.getWebhookDelivery({ delivery_id });
  expect(full).toMatchObject({ request: { payload: { action: 'opened' } }, response: { payload: 'noted' } });
  answerStatus = 202;
  await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id });
  await github.settled();
  expect(received.map(({ headers }) => headers['x-github-delivery'])).toEqual([
    deliveries[0]?.deliveryId,
    deliveries[0]?.deliveryId,
  ]);
  expect(received[0]?.body).toBe(received[1]?.body);
  const failed = await octokit.request('GET /app/hook/deliveries', { status: 'failure' });
  expect(failed.data).toHaveLength(1);
  const pages = await octokit.paginate(octokit.rest.apps.listWebhookDeliveries, { per_page: 1 });
  expect(pages.map(({ redelivery }) => redelivery)).toEqual([true, false]);
});

test('a target that is away costs nothing but a line in the log', async () => {
  github.setWebhookTarget({ url: 'http://127.0.0.1:9/', secret });
  const { deliveries } = await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
  expect(deliveries[0]?.status).toBe(0);
  expect(github.deliveries()).toMatchObject([{ statusCode: 0, status: 'failed to connect to host' }]);
});

test('any payload can be delivered, under an id of one’s own, twice', async () => {
  const payload = github.payload({ event: 'installation', action: 'created', repo: 'demo', sender: 'ann' });
  const first = await github.deliver('installation', payload, { deliveryId: 'same' });
  await github.deliver('installation', payload, { deliveryId: 'same' });
  expect(first).toEqual({ deliveryId: 'same', status: 202 });
  expect(received).toHaveLength(2);
  expect(received[0]).toEqual(received[1]);
});

test('until waits for a condition, and says what it waited for in vain', async () => {
  const { rest } = connectOctokit(github);
  await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
  const waiting = github.until('a comment', () => github.issue('demo', 1).comments[0]);
  await rest.issues.createComment({ ...repo, issue_number: 1, body: 'here' });
  expect((await waiting).body).toBe('here');
  await expect(github.until('never', () => undefined, { timeoutMs: 20 })).rejects.toThrow('in vain: never');
});
