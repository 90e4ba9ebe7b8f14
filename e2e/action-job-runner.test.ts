import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bash, type Script, text } from '../doubles/model/script.ts';
import { fleetViewSchema } from '../protocol/fleet-view.ts';
import { findExecutable } from '../runner/claude/find-executable.ts';
import { type ActionWorld, createActionWorld } from './harness/action-world.ts';
import { REPO } from './harness/test-world.ts';
import { until } from './harness/until.ts';

/** Counts the processes of the step that this user can look into, and those whose start environment holds a secret. */
const PROBE = `seen=0; leaks=0
for file in /proc/[0-9]*/environ; do
  entries=$( (tr '\\0' '\\n' < "$file") 2>/dev/null )
  printf '%s' "$entries" | grep -q "^JOB_MARK=$1$" || continue
  seen=$((seen + 1))
  if printf '%s' "$entries" | grep -qE '^(ACTIONS_|INPUT_|GITHUB_TOKEN)'; then leaks=$((leaks + 1)); fi
done
echo "seen $seen leaks $leaks own $(env | grep -cE '^(ACTIONS_|INPUT_|GITHUB_TOKEN)')" > seen.txt
cat seen.txt
`;

/** `[[look-around:mark]]`: what Claude's commands can read of the step's processes. */
const lookAround: Script = {
  name: 'look-around',
  steps: ({ arg, toolResults }) => [bash(`sh probe.sh ${arg}`), text(`Found: ${toolResults.at(-1) ?? ''}`)],
};

/** The runner's and Claude's start, and the Fleet's look at what is gone, beside other work of the machine. */
vi.setConfig({ testTimeout: 360_000 });

let world: ActionWorld;
beforeAll(async () => {
  world = await createActionWorld({
    scripts: [lookAround],
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [{ name: REPO, files: { 'README.md': '# hello-station\n', 'probe.sh': PROBE } }],
    },
  });
  // The machine of the account is gone: only the runner inside the job is left.
  await world.stack.runner.current().stop(20_000);
});
afterAll(() => world?.close());

/** What a job gives the step that brings its own runner. */
const own = () => ({
  ANTHROPIC_BASE_URL: world.model.url,
  ANTHROPIC_API_KEY: 'demonstration',
  GITHUB_TOKEN: 'ghs_of_the_workflow',
});
const fleet = () =>
  world.stack.api.get(`/api/runners?account=github:${world.github.ownerId}`, fleetViewSchema);

/** Runners whose jobs are over. They are removed half a minute later, which the other tests fill. */
const ended: (string | null)[] = [];

it('does the task with a runner inside the job', async () => {
  const { github } = world;
  const job = await world.job(
    { prompt: '[[write:inside.txt|one]]', runner: 'job', 'claude-path': findExecutable(null) },
    own(),
  );
  const { code, outputs, log, output } = await job.run();
  expect(code, output).toBe(0);
  expect(log).toContain('The runner inside this job is connected.');
  expect(outputs.status).toBe('completed');
  expect(await github.diff(REPO, 'main', outputs.branch ?? '')).toContain('inside.txt');
  const task = await world.ended(outputs['session-id'] ?? '');
  expect(task).toMatchObject({ state: 'completed', runnerName: expect.stringContaining('actions-run-') });
  expect(task.options.labels).toEqual([expect.stringMatching(/^job-/)]);
  for (const secret of ['sbr_', 'sbt_', 'sbk_']) expect(log).not.toContain(secret);
  const events = await world.events(task.sessionId);
  expect(events.map(({ event }) => event.type)).toContain('claude.tool_use');
  expect(task.runnerId).not.toBeNull();
  ended.push(task.runnerId);
});

it("leaves the workflow's tokens where Claude's commands can not read them", async () => {
  const mark = randomUUID();
  const prompt = `[[look-around:${mark}]]`;
  const job = await world.job(
    { prompt, runner: 'job', 'claude-path': findExecutable(null) },
    { ...own(), JOB_MARK: mark },
  );
  const { code, outputs, output } = await job.run();
  expect(code, output).toBe(0);
  expect(outputs.summary).toBe('Found: seen 1 leaks 0 own 0');
});

it('says what is missing before anything is made', async () => {
  const job = await world.job({ prompt: 'Do it', runner: 'job', 'claude-path': '/no/claude' }, own());
  const { code, commands } = await job.run();
  expect(code).toBe(1);
  expect(commands.find(({ name }) => name === 'error')?.message).toContain('no program that can be run');
});

it('ends with the workflow in the time that GitHub gives, and leaves nothing running', async () => {
  const mark = `github_${randomUUID()}`;
  const job = await world.job(
    { prompt: '[[long-command]]', runner: 'job', 'claude-path': findExecutable(null) },
    { ...own(), RUNNER_TRACKING_ID: mark },
  );
  const step = job.start();
  await until('Claude works', () => step.output().includes('▸ Bash'));
  expect((await marked(mark)).length).toBeGreaterThan(2);
  const begun = performance.now();
  const { code, outputs } = await step.cancel();
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect([code, outputs.status]).toEqual([1, 'cancelled']);
  expect(await world.ended(outputs['session-id'] ?? '')).toMatchObject({ state: 'cancelled' });
  await until('nothing of it runs', async () => (await marked(mark)).length === 0);
});

it('cancels the task when its runner dies, and says so', async () => {
  const mark = `github_${randomUUID()}`;
  const job = await world.job(
    { prompt: '[[long-command]]', runner: 'job', 'claude-path': findExecutable(null) },
    { ...own(), RUNNER_TRACKING_ID: mark },
  );
  const step = job.start();
  await until('Claude works', () => step.output().includes('▸ Bash'));
  for (const { pid, line } of await marked(mark)) {
    if (!line.includes('main.js')) process.kill(pid, 'SIGKILL');
  }
  const { code, outputs, commands } = await step.ended;
  expect([code, outputs.status]).toEqual([1, 'cancelled']);
  expect(commands.find(({ name }) => name === 'error')?.message).toContain(
    'The runner inside the job ended.',
  );
  expect(await world.ended(outputs['session-id'] ?? '')).toMatchObject({ state: 'cancelled' });
});

it('leaves no runner behind once nothing was heard of it for a while', async () => {
  expect(ended).toHaveLength(1);
  const isGone = async () => (await fleet()).runners.every(({ id }) => !ended.includes(id));
  await until('the runner is removed', isGone, 180_000);
});

/** Processes that GitHub's runner would find by the mark of the job. */
async function marked(mark: string): Promise<{ pid: number; line: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const looked = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      const [environment, line] = await Promise.all([read('environ'), read('cmdline')]);
      return environment.split('\0').includes(`RUNNER_TRACKING_ID=${mark}`)
        ? [{ pid: Number(pid), line }]
        : [];
    }),
  );
  return looked.flat();
}
