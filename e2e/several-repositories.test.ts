import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { connectOctokit } from '../doubles/github/connect-octokit.ts';
import { bash, type Script, text, tool } from '../doubles/model/script.ts';
import { diffViewSchema } from '../protocol/diff.ts';
import { sessionAnswerSchema } from '../protocol/http.ts';
import { taskViewSchema } from '../protocol/task.ts';
import type { GivenTaskOptions } from '../protocol/task-options.ts';
import { expectWholeLog } from './harness/check-log.ts';
import { loseFirstMachine, type OtherRunner, startOtherRunner } from './harness/second-runner.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

/** Three repositories are fetched, checked and pushed; the machine does other work as well. */
vi.setConfig({ testTimeout: 360_000 });

const OWNER = 'station-works';

/** Where Claude was told that a repository is. */
function folderIn(prompt: string, name: string): string {
  return new RegExp(`- (\\S+): ${OWNER}/${name},`).exec(prompt)?.[1] ?? `/no-folder-of-${name}`;
}

/** `[[rename-all]]`: reads one repository, tries to write to it, and changes two others. */
const renameAll: Script = {
  name: 'rename-all',
  steps: ({ prompt }) => [
    bash(`cat ${folderIn(prompt, 'design')}/colours.txt`, 'I look at the colours.'),
    tool('Write', { file_path: `${folderIn(prompt, 'design')}/colours.txt`, content: 'blue\n' }),
    bash(`echo blue > ${folderIn(prompt, 'design')}/colours.txt`),
    tool('Write', { file_path: `${folderIn(prompt, 'web')}/page.html`, content: 'red train\n' }),
    tool('Write', { file_path: 'station.txt', content: 'red train\n' }),
    text('Both know the red train.'),
  ],
};

/** `[[only-web]]`: changes the other repository alone. */
const onlyWeb: Script = {
  name: 'only-web',
  steps: ({ prompt }) => [
    tool('Write', { file_path: `${folderIn(prompt, 'web')}/page.html`, content: 'green train\n' }),
    text('The page is green.'),
  ],
};

/** `[[web-and-hold:hold]]`: changes the other repository and waits; on another machine it goes on in the first one. */
const webAndHold: Script = {
  name: 'web-and-hold',
  steps: ({ prompt, arg }) => [
    tool('Write', { file_path: `${folderIn(prompt, 'web')}/page.html`, content: 'night train\n' }),
    { ...bash('echo waiting', 'Now the rest.'), hold: arg },
    text('Everything is there.'),
  ],
};
const goOnElsewhere: Script = {
  name: 'go-on-in-all',
  matches: (prompt) => prompt.includes('you go on on another one'),
  steps: ({ prompt }) => [
    bash(`cat ${folderIn(prompt, 'web')}/page.html > seen.txt`, 'I look at what is there.'),
    text('Everything is there.'),
  ],
};

let other: OtherRunner | null = null;
let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({
    scripts: [renameAll, onlyWeb, webAndHold, goOnElsewhere],
    claudeEnvironment: { SIGNALBOX_CHECKPOINT_SECONDS: '1' },
    github: {
      owner: { login: OWNER, type: 'Organization' },
      repositories: [
        { name: REPO, files: { 'README.md': '# hello-station\n' } },
        { name: 'web', files: { 'page.html': 'train\n' } },
        { name: 'design', files: { 'colours.txt': 'red\n' } },
      ],
      users: [{ login: 'mona', permission: 'write' }],
    },
  });
  const { github } = world;
  for (const repo of [REPO, 'web', 'design']) {
    const event = 'repository';
    await github.deliver(event, github.payload({ event, action: 'publicized', repo, sender: 'mona' }));
  }
  await until(
    'the repositories are known',
    async () => (await world.deliveries()).filter(({ status }) => status === 'done').length >= 3,
  );
});
afterAll(async () => {
  await other?.stop();
  await world?.close();
});

async function startSession(name: string, prompt: string, more: GivenTaskOptions = {}): Promise<string> {
  const { stack, github } = world;
  const account = `github:${github.ownerId}`;
  const { id } = await stack.api.post(
    `/api/projects?account=${account}`,
    {
      name,
      repositories: [
        { repository: `${OWNER}/${REPO}`, access: 'write' },
        { repository: `${OWNER}/web`, access: 'write' },
        { repository: `${OWNER}/design`, access: 'read' },
      ],
    },
    z.object({ id: z.string() }),
  );
  const body = { project: id, account, prompt, options: { approval: 'before_push', ...more } };
  const { session } = await stack.api.post('/api/sessions', body, sessionAnswerSchema);
  return session.id;
}

async function approve(sessionId: string, number = 1): Promise<void> {
  const task = await world.inState(sessionId, 'waiting_approval', number);
  const { url, headers } = world.stack.api;
  const response = await fetch(`${url}/api/tasks/${task.id}/approve`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBeLessThan(300);
}

it('gives each writable repository a branch and a pull request of its own that names the others, and leaves alone what is only read', async () => {
  const { github } = world;
  const sessionId = await startSession('trains', 'Call it the red train. [[rename-all]]');
  expect(await github.pulls('web')).toEqual([]);
  const waiting = await world.inState(sessionId, 'waiting_approval');
  const diff = await world.stack.api.get(`/api/tasks/${waiting.id}/diff`, diffViewSchema);
  // What is approved is what is shown: all of it under one name.
  expect(diff).toMatchObject({
    tree: waiting.work?.tree,
    files: [{ path: 'station.txt' }],
    repositories: [{ repository: `${OWNER}/web`, files: [{ path: 'page.html' }] }],
  });
  expect(diff.repositories[0]?.patch.text).toContain('+red train');
  await approve(sessionId);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', pullRequest: { number: 1 } });
  expect(task.repositories).toMatchObject([
    { repository: `${OWNER}/web`, access: 'write', changes: { files: 1 }, pullRequest: { number: 1 } },
    { repository: `${OWNER}/design`, access: 'read', changes: null, commitSha: null, pullRequest: null },
  ]);
  const branch = task.branch ?? '';
  expect(await github.diff(REPO, 'main', branch)).toContain('station.txt');
  expect(await github.diff('web', 'main', branch)).toContain('+red train');
  expect(await github.pulls('design')).toEqual([]);
  const linked = async (repo: string, other: string) =>
    (await github.pulls(repo)).some(({ body }) => body?.includes(`together with ${OWNER}/${other}#1`));
  await until(
    'the pull requests name one another',
    async () => (await linked(REPO, 'web')) && (await linked('web', REPO)),
  );
  const events = await world.events(sessionId);
  expectWholeLog(events);
  const results = events.flatMap(({ event }) => (event.type === 'claude.tool_result' ? [event] : []));
  expect(results[0]?.output.text).toContain('red');
  expect(results[1]).toMatchObject({ isError: true });
  await until(
    'every token that could push is revoked',
    () =>
      github.requests.filter(
        ({ method, path }) => method === 'DELETE' && path.endsWith('/installation/token'),
      ).length >= 2,
  );
  expect(github.violations).toEqual([]);
});

it('publishes work on another repository alone when the first one needs no change', async () => {
  const sessionId = await startSession('pages', '[[only-web]]');
  await approve(sessionId);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', pullRequest: null, commitSha: null });
  expect(task.repositories?.[0]).toMatchObject({ pullRequest: { number: 2 } });
  expect(await world.github.pulls(REPO)).toHaveLength(1);
});

it('has GitHub sign the commits of every repository where that is wanted, before any pull request is opened', async () => {
  const { github } = world;
  const first = await startSession('signed', 'Call it the red train. [[rename-all]]', {
    verifiedCommits: true,
  });
  await approve(first);
  const task = await world.ended(first);
  expect(task).toMatchObject({ state: 'completed', pullRequest: { number: expect.any(Number) } });
  const { rest } = connectOctokit(github);
  const own = { repo: REPO, sha: task.commitSha };
  const web = { repo: 'web', sha: task.repositories?.[0]?.commitSha ?? null };
  for (const { repo, sha } of [own, web]) {
    const { data } = await rest.repos.getCommit({ owner: OWNER, repo, ref: task.branch ?? '' });
    expect({ sha: data.sha, verified: data.commit.verification?.verified }).toEqual({ sha, verified: true });
  }
  expect(task.repositories?.[0]?.pullRequest).not.toBeNull();
});

it('keeps what waits for approval in every repository when the runner is killed, and puts all of it back when it is rejected', async () => {
  const { stack, github } = world;
  const sessionId = await startSession('rejected', 'Call it the red train. [[rename-all]]');
  const shownTwice = async () => {
    const shown = (await world.events(sessionId)).flatMap(({ event }) =>
      event.type === 'work.captured' ? [event.tree] : [],
    );
    return shown.length === 2 && shown[0] === shown[1];
  };
  await world.inState(sessionId, 'waiting_approval');
  stack.runner.current().kill('SIGKILL', 'leader');
  await stack.runner.restart();
  await until('exactly the same work is shown again', shownTwice);
  await world.inState(sessionId, 'waiting_approval');
  await stack.api.post(`/api/tasks/${sessionId}.1/reject`, { reason: 'Not red.' }, taskViewSchema);
  const task = await world.ended(sessionId);
  expect(task.state).toBe('rejected');
  expect(task.rescueRef).not.toBeNull();
  const rescued = (await world.session(sessionId)).tasks[0]?.repositories?.[0]?.rescueRef;
  expect(rescued).toMatch(/^refs\/signalbox\/rescue\//);
  await stack.api.post(
    `/api/sessions/${sessionId}/tasks`,
    { prompt: '[[only-web]]', options: { approval: 'none' } },
    z.unknown(),
  );
  const next = await world.ended(sessionId, 2);
  expect(next).toMatchObject({ state: 'completed', commitSha: null });
  expect(await github.diff('web', 'main', next.branch ?? '')).not.toContain('red train');
});

it('checks the work on each repository by its own gates', async () => {
  const files = {
    '.github/signalbox.yml':
      'gates: { retries: 0, checks: [{ name: page, command: "! grep red page.html" }] }\n',
  };
  await world.github.pushCommit({ repo: 'web', author: 'mona', branch: 'main', files });
  const sessionId = await startSession('gated', 'Call it the red train. [[rename-all]]');
  const task = await world.inState(sessionId, 'qa_failed');
  expect(task.gates?.results.map(({ name, status }) => [name, status])).toContainEqual([
    `${OWNER}/web: page`,
    'failed',
  ]);
  await world.stack.api.post(`/api/tasks/${task.id}/reject`, {}, taskViewSchema);
  expect(await world.ended(sessionId)).toMatchObject({ state: 'rejected' });
});

it('goes on in every repository on another machine when the first one is lost', async () => {
  const { model, github } = world;
  model.hold('web-done');
  const sessionId = await startSession('moved', 'A night train. [[web-and-hold:web-done]]');
  await model.reached('web-done');
  const stored = async () =>
    (await world.events(sessionId)).filter(({ event }) => event.type === 'checkpoint.stored').length;
  const before = await stored();
  await until('a state with the page is stored', async () => (await stored()) > before + 1);
  await loseFirstMachine(world);
  other = await startOtherRunner(world, 'other-machine');
  await until(
    'another runner has the task',
    async () => (await world.session(sessionId)).tasks[0]?.runnerName === 'other-machine',
    120_000,
  );
  model.release('web-done');
  await approve(sessionId);
  const task = await world.ended(sessionId);
  expect(task).toMatchObject({ state: 'completed', epoch: 2 });
  expect(await github.diff('web', 'main', task.branch ?? '')).toContain('+night train');
  expect(await github.diff(REPO, 'main', task.branch ?? '')).toContain('+night train');
});
