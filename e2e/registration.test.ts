import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProcess, startProcess } from '../local/process/start-process.ts';
import { baseEnvironment } from '../local/stack/parts.ts';
import { fleetViewSchema } from '../protocol/fleet-view.ts';
import { registrationTokenAnswerSchema } from '../protocol/registration.ts';
import { createTestWorld, GENEROUS_WRITES_AN_HOUR, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const BIN = join(import.meta.dirname, '../runner/bin.js');

let world: TestWorld;
const started: RunningProcess<true>[] = [];
beforeAll(async () => {
  world = await createTestWorld({ writesAnHour: GENEROUS_WRITES_AN_HOUR });
});
afterAll(async () => {
  for (const runner of started) await runner.stop(20_000);
  await world?.close();
});

const account = () => `github:${world.github.ownerId}`;
const fleet = () => world.stack.api.get(`/api/runners?account=${account()}`, fleetViewSchema);

/** Runs a command of the runner in a data folder of its own, as on another machine. */
function run(args: string[], marker: string, env: Record<string, string>): Promise<RunningProcess<true>> {
  const root = join(world.dataDir, 'registered');
  return startProcess({
    name: `signalbox-runner ${args[0]}`,
    command: process.execPath,
    args: [BIN, ...args],
    env: { ...baseEnvironment(), SIGNALBOX_DATA_DIR: join(root, 'data'), HOME: root, ...env },
    ready: (line) => (line.includes(marker) ? true : undefined),
    readyStream: args[0] === 'start' ? 'stderr' : 'stdout',
    deadlineMs: 60_000,
    logFile: join(world.dataDir, 'logs', 'registered.log'),
  });
}

it('makes a machine a runner with a token, whose owner has a say in what it does, until it is removed', async () => {
  const { github, stack, model } = world;
  const made = await stack.api.post(
    '/api/runners/registration-tokens',
    { account: account(), labels: ['careful'] },
    registrationTokenAnswerSchema,
  );
  const token = { SIGNALBOX_REGISTRATION_TOKEN: made.token };
  const command = await run(
    ['register', '--url', stack.url, '--name', 'attic'],
    'Registered as "attic"',
    token,
  );
  expect(await command.exited).toMatchObject({ code: 0 });
  const policy = join(world.dataDir, 'policy.yml');
  await writeFile(
    policy,
    `gitHosts: ["${new URL(github.url).host}"]\napiJobs: false\nlimits: { turns: 3 }\n`,
  );
  const claude = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'demonstration' };
  // Neither address nor credential is set: both were kept by "register".
  const runner = await run(['start'], 'runner.connected', { ...claude, SIGNALBOX_POLICY: policy });
  started.push(runner);

  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'A careful change',
    body: '@signalbox --label careful [[write:careful.txt|done]]',
  });
  const task = await world.ended(world.sessionOf(number));
  expect(task).toMatchObject({ state: 'completed', runnerName: 'attic' });
  const said = (await world.events(world.sessionOf(number))).flatMap(({ event }) =>
    event.type === 'notice' ? [event.text] : [],
  );
  expect(said).toContain("This runner's policy limits this task to 3 turns.");

  // An issue of a repository that the policy does not allow waits, and people read why.
  await runner.stop(20_000);
  await writeFile(policy, 'repositories: [other/*]\n');
  started.push(await run(['start'], 'runner.connected', { ...claude, SIGNALBOX_POLICY: policy }));
  const refused = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Not here',
    body: '@signalbox --label careful [[write:no.txt|no]]',
  });
  await until('the comment says why nobody does it', async () =>
    world.botComments(refused.number).some(({ body }) => body.includes('allows the repositories other')),
  );

  const attic = (await fleet()).runners.find(({ name }) => name === 'attic');
  expect(attic).toMatchObject({ status: 'online', labels: ['careful'] });
  const removed = await fetch(`${stack.url}/api/runners/${attic?.id}?account=${account()}`, {
    method: 'DELETE',
    headers: stack.api.headers,
  });
  expect(removed.status).toBe(204);
  expect(await started.at(-1)?.exited).toMatchObject({ code: 1 });
  const log = started.at(-1)?.output().join('\n') ?? '';
  expect(log).toContain('signalbox-runner register');
  for (const secret of [made.token, 'sbr_']) expect(log).not.toContain(secret);
});
