import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectOctokit, connectWithToken, mintToken } from './connect-octokit.ts';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

const repo = { owner: 'acme', repo: 'demo' };
let github: GitHubDouble;

beforeEach(async () => {
  github = await startGitHubDouble({ users: [{ login: 'ann', permission: 'write' }] });
  await github.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
});
afterEach(() => github.close());

const call = (path: string, token: string, init: { method?: string; body?: string; headers?: object } = {}) =>
  fetch(`${github.url}${path}`, {
    method: init.method ?? 'GET',
    ...(init.body !== undefined && { body: init.body }),
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': 'tests',
      ...init.headers,
    },
  });

const problems = () => github.violations.map(({ side, problem }) => `${side}: ${problem}`);

describe('a call that does not fit GitHub’s description', () => {
  test('is refused and noted when a field is missing', async () => {
    const token = await mintToken(github);
    const answer = await call('/repos/acme/demo/issues/1/comments', token, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(422);
    expect(problems()).toEqual(["request: body must have required property 'body'"]);
  });

  test('is refused and noted when a value is not one of the allowed', async () => {
    const token = await mintToken(github);
    const body = JSON.stringify({ content: 'thumbs' });
    const answer = await call('/repos/acme/demo/issues/1/reactions', token, { method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(problems()).toEqual([expect.stringContaining('request: body/content must be equal to one of')]);
  });

  test('is answered 404 and noted when GitHub has no such route', async () => {
    const answer = await call('/repos/acme/demo/nonsense', await mintToken(github));
    expect(answer.status).toBe(404);
    expect(problems()).toEqual(['request: GitHub has no such operation, or the double does not serve it']);
  });

  test('is noted when a field or query parameter is not GitHub’s', async () => {
    const token = await mintToken(github);
    const body = JSON.stringify({ body: 'x', boddy: 'y' });
    await call('/repos/acme/demo/issues/1/comments', token, { method: 'POST', body });
    await call('/repos/acme/demo/issues/1?page_size=3', token);
    await call('/repos/acme/demo/issues?per_page=many', token);
    expect(problems()).toEqual([
      "request: body field boddy is not in GitHub's description",
      "request: query parameter page_size is not in GitHub's description",
      'request: query parameter per_page/value must be integer',
    ]);
  });

  test('is answered 400 and noted when its body is not JSON', async () => {
    const token = await mintToken(github);
    const answer = await call('/repos/acme/demo/issues/1/comments', token, { method: 'POST', body: '{' });
    expect(answer.status).toBe(400);
    expect(problems()).toEqual(['request: the body is not JSON']);
  });
});

describe('what GitHub enforces beside its description', () => {
  test('a completed check run needs a conclusion', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = (await rest.repos.getBranch({ ...repo, branch: 'main' })).data.commit;
    const created = rest.checks.create({ ...repo, name: 'x', head_sha: sha, status: 'completed' });
    await expect(created).rejects.toMatchObject({ status: 422 });
    expect(problems()).toEqual(['request: a check run with status completed needs a conclusion']);
  });

  test('a comment holds at most 65,536 characters, and not only blanks', async () => {
    const { rest } = connectOctokit(github);
    const comment = (body: string) => rest.issues.createComment({ ...repo, issue_number: 1, body });
    await comment('x'.repeat(65_536));
    await expect(comment('x'.repeat(65_537))).rejects.toMatchObject({ status: 422 });
    await expect(comment(' \n')).rejects.toMatchObject({ status: 422 });
    expect(problems()).toEqual([
      'request: body is longer than 65536 characters',
      'request: body can not be blank',
    ]);
  });

  test('a request holds at most 50 annotations', async () => {
    const { rest } = connectOctokit(github);
    const { sha } = (await rest.repos.getBranch({ ...repo, branch: 'main' })).data.commit;
    const annotation = {
      path: 'a',
      start_line: 1,
      end_line: 1,
      annotation_level: 'notice',
      message: 'm',
    } as const;
    const output = { title: 't', summary: 's', annotations: Array.from({ length: 51 }, () => annotation) };
    await expect(rest.checks.create({ ...repo, name: 'x', head_sha: sha, output })).rejects.toMatchObject({
      status: 422,
    });
    expect(problems()).toHaveLength(2);
  });

  test('an Accept header belongs to every call', async () => {
    const token = await mintToken(github);
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      request(`${github.url}/repos/acme/demo`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
    expect(problems()).toEqual([
      'request: the Accept header is missing',
      'request: the User-Agent header is missing',
    ]);
  });
});

describe('an App’s JWT', () => {
  const sign = (claims: object, key = github.app.privateKey) => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
  };
  const now = () => Math.floor(Date.now() / 1000);
  const answerTo = async (jwt: string) => {
    const answer = await call('/app', jwt);
    const body: unknown = await answer.json();
    return [answer.status, JSON.stringify(body)];
  };

  test('is taken for ten minutes, by App id or client id', async () => {
    const times = { iat: now() - 30, exp: now() + 500 };
    expect((await answerTo(sign({ ...times, iss: github.app.id })))[0]).toBe(200);
    expect((await answerTo(sign({ ...times, iss: github.app.clientId })))[0]).toBe(200);
  });

  test('is refused when it lives too long, is over, is from the future, or names another App', async () => {
    const good = { iat: now() - 30, exp: now() + 500, iss: github.app.id };
    expect(await answerTo(sign({ ...good, exp: now() + 3_600 }))).toEqual([
      401,
      expect.stringContaining('too far'),
    ]);
    expect(await answerTo(sign({ ...good, exp: now() - 1 }))).toEqual([401, expect.stringContaining('exp')]);
    expect(await answerTo(sign({ ...good, iat: now() + 60 }))).toEqual([401, expect.stringContaining('iat')]);
    expect((await answerTo(sign({ ...good, iss: 1 })))[0]).toBe(404);
  });

  test('is refused when another key signed it, and does not open a repository', async () => {
    const claims = { iat: now() - 30, exp: now() + 500, iss: github.app.id };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const other = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    expect((await answerTo(sign(claims, other)))[0]).toBe(401);
    expect((await call('/repos/acme/demo', sign(claims))).status).toBe(403);
    expect((await call('/app', await mintToken(github))).status).toBe(401);
  });
});

describe('faults', () => {
  const getIssue = async () =>
    connectWithToken(github, await mintToken(github)).rest.issues.get({ ...repo, issue_number: 1 });
  const path = /\/issues\/1$/;

  test('answer 500 and 502 as often as asked, then no more', async () => {
    const fault = github.failNext({ match: { method: 'GET', path }, kind: '500', times: 2 });
    await expect(getIssue()).rejects.toMatchObject({ status: 500 });
    await expect(getIssue()).rejects.toMatchObject({ status: 500 });
    expect((await getIssue()).status).toBe(200);
    expect(fault.used).toBe(2);
    github.failNext({ match: { path }, kind: '502' });
    await expect(getIssue()).rejects.toMatchObject({ status: 502 });
  });

  test('answer the secondary rate limit with retry-after', async () => {
    github.failNext({ match: { path }, kind: 'secondary-rate-limit', retryAfterSeconds: 7 });
    await expect(getIssue()).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '7' } },
    });
  });

  test('lose the answer of a write that was done', async () => {
    const { rest } = connectWithToken(github, await mintToken(github));
    github.failNext({ match: { method: 'POST', path: /comments$/ }, kind: 'answer-lost' });
    await expect(rest.issues.createComment({ ...repo, issue_number: 1, body: 'done' })).rejects.toThrow();
    expect(github.issue('demo', 1).comments.map(({ body }) => body)).toEqual(['done']);
    expect(github.requests.at(-1)).toMatchObject({ method: 'POST', status: null });
  });

  test('hang until the client gives up, and delay', async () => {
    const token = await mintToken(github);
    github.failNext({ match: { path }, kind: 'hang' });
    const { rest } = connectWithToken(github, token);
    const hanging = rest.issues.get({
      ...repo,
      issue_number: 1,
      request: { signal: AbortSignal.timeout(50) },
    });
    await expect(hanging).rejects.toThrow();
    github.failNext({ match: { path }, kind: 'delay', delayMs: 60 });
    const startedAt = performance.now();
    await rest.issues.get({ ...repo, issue_number: 1 });
    expect(performance.now() - startedAt).toBeGreaterThan(50);
  });
});

test('more than 80 content-creating requests a minute meet the secondary limit, when it is enforced', async () => {
  let now = Date.now();
  const strict = await startGitHubDouble({ enforceSecondaryLimit: true, now: () => now });
  try {
    await strict.openIssue({ repo: 'demo', author: 'ann', title: 'x' });
    const { rest } = connectWithToken(strict, await mintToken(strict));
    const write = () => rest.issues.createComment({ ...repo, issue_number: 1, body: 'x' });
    for (let i = 0; i < 80; i++) await write();
    await expect(write()).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '60' } },
    });
    expect((await rest.issues.get({ ...repo, issue_number: 1 })).status).toBe(200);
    now += 60_000;
    expect((await write()).status).toBe(201);
  } finally {
    await strict.close();
  }
});
