import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Script, text, tool } from '../doubles/model/script.ts';
import { type FaultProxy, startFaultProxy } from '../doubles/network/fault-proxy.ts';
import { createKeyAnswerSchema } from '../protocol/keys.ts';
import { type ActionWorld, createActionWorld } from './harness/action-world.ts';
import { expectWholeLog } from './harness/check-log.ts';
import { REPO } from './harness/test-world.ts';
import { until } from './harness/until.ts';

/** Commands of a workflow, as somebody would smuggle them into the log of a step. */
const COMMANDS = [
  '::error file=README.md,line=1::pwned',
  '  ::set-output name=status::pwned',
  '\t::add-mask::completed',
  'text\r::warning::pwned',
  'so ##[error]pwned',
  '::stop-commands::pwned',
  '::save-state name=settled::pwned',
  '\u001b[31m::notice::pwned\u001b[0m',
];

/** `[[smuggle]]`: says all of them, and has a file's name and a command say one. */
const smuggle: Script = {
  name: 'smuggle',
  steps: () => [
    tool('Write', { file_path: 'smuggled.txt', content: 'one\n' }, COMMANDS.join('\n')),
    tool('Bash', { command: `printf '%s\n' '::error::pwned'; false` }),
    text(COMMANDS.join('\n')),
  ],
};

const CONFIG = `gates:
  retries: 0
  checks:
    - name: no bad files
      command: "test ! -f bad.txt || { echo 'README.md:1:3: error: bad.txt must go'; echo 'README.md:2:1: warning: it smells'; printf '::error::pwned\\\\n'; exit 1; }"
`;

let world: ActionWorld;
let proxy: FaultProxy;
let key = '';
beforeAll(async () => {
  world = await createActionWorld({
    scripts: [smuggle],
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [
        { name: REPO, files: { 'README.md': '# hello-station\nhello\n', '.github/signalbox.yml': CONFIG } },
      ],
    },
  });
  proxy = await startFaultProxy(Number(new URL(world.stack.url).port));
  const account = `github:${world.github.ownerId}`;
  const repositories = [world.github.repositoryId(REPO)];
  const body = { account, name: 'workflow', role: 'operator', repositories };
  key = (await world.stack.api.post('/api/keys', body, createKeyAnswerSchema)).key;
});
afterAll(async () => {
  await proxy?.close();
  await world?.close();
});

const errorsOf = (commands: { name: string; message: string }[]) =>
  commands.filter(({ name }) => name === 'error').map(({ message }) => message);

it('fails with what a gate found, beside its lines', async () => {
  const job = await world.job({ prompt: '[[write:bad.txt|x]]', 'wait-for-person': '0' });
  const { code, outputs, commands, summary } = await job.run();
  expect([code, outputs.status, outputs['pr-url']]).toEqual([1, 'qa_failed', '']);
  expect(commands).toContainEqual({
    name: 'error',
    properties: { title: 'no bad files', file: 'README.md', line: '1', col: '3' },
    message: 'bad.txt must go',
  });
  expect(commands).toContainEqual(expect.objectContaining({ name: 'warning', message: 'it smells' }));
  expect(errorsOf(commands)).not.toContain('pwned');
  expect(summary).toContain('no bad files');
  expect(summary).toContain('❌');
  // What nobody decided waits for a person, and the end of the job leaves it alone.
  await job.runPost();
  expect((await world.session(outputs['session-id'] ?? '')).tasks[0]?.state).toBe('qa_failed');
});

it('fails when the budget is used up, or not, as the workflow wants it', async () => {
  const inputs = { prompt: '[[loop:6]]', budget: '0.0001' };
  const strict = await (await world.job(inputs)).run();
  expect([strict.code, strict.outputs.status]).toEqual([1, 'exhausted']);
  const lenient = await (await world.job({ ...inputs, 'fail-on': 'failed' })).run();
  expect([lenient.code, lenient.outputs.status]).toEqual([0, 'exhausted']);
});

it('cancels the task when the workflow is cancelled, in the time that GitHub gives', async () => {
  const job = await world.job({ prompt: '[[long-command]]' });
  const step = job.start();
  await until('Claude works', () => step.output().includes('▸ Bash'));
  const begun = performance.now();
  const { outputs, code } = await step.cancel();
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect([code, outputs.status]).toEqual([1, 'cancelled']);
  expect(await world.ended(outputs['session-id'] ?? '')).toMatchObject({ state: 'cancelled' });
});

it('cancels afterwards what a step that was killed has left', async () => {
  const job = await world.job({ prompt: '[[long-command]]' });
  const step = job.start();
  await until('Claude works', () => step.output().includes('▸ Bash'));
  step.kill('SIGKILL');
  const { outputs } = await step.ended;
  expect((await job.runPost()).log).toContain('is cancelled');
  expect(await world.ended(outputs['session-id'] ?? '')).toMatchObject({ state: 'cancelled' });
});

it('starts one task and shows each step once over a network that breaks', async () => {
  const job = await world.job({ url: proxy.url, key, prompt: '[[loop:6]]' });
  const { model } = world;
  model.hold('loop-3');
  proxy.loseAnswerTo('POST /api/sessions ');
  const step = job.start();
  await until('the third step is shown', () => step.output().includes('echo step 3'));
  const open = proxy.connections();
  expect(open.length).toBeGreaterThan(0);
  for (const connection of open) connection.cut();
  model.release('loop-3');
  const { code, output, outputs } = await step.ended;
  expect(code, output).toBe(0);
  expect(output).toContain('The stream broke off');
  expect([...output.matchAll(/▸ Bash: echo step (\d)/g)].map(([, step_]) => step_)).toEqual([...'123456']);
  expectWholeLog(await world.events(outputs['session-id'] ?? ''));
  const made = (await world.events(outputs['session-id'] ?? '')).filter(
    ({ event }) => event.type === 'task.created',
  );
  expect(made).toHaveLength(1);
});

it('starts one task for an attempt of a run, however often it asks, and another one when the run is tried again', async () => {
  const taskOf = async (attempt: string) => {
    const inputs = { key, prompt: '[[say:Once.]]', wait: 'false' };
    const job = await world.job(inputs, { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: attempt });
    return (await job.run()).outputs['task-id'];
  };
  const first = await taskOf('1');
  expect(first).toMatch(/\.1$/);
  expect([await taskOf('1'), await taskOf('2')]).toEqual([first, expect.not.stringMatching(`^${first}$`)]);
});

it('ends at once where it shall not wait', async () => {
  const job = await world.job({ prompt: '[[write:later.txt|x]]', wait: 'false' });
  const { code, outputs } = await job.run();
  expect([code, outputs.status]).toEqual([0, 'pending']);
  expect((await job.runPost()).log).toBe('');
  expect(await world.ended(outputs['session-id'] ?? '')).toMatchObject({ state: 'completed' });
});

it('takes nothing of what Claude, a command or a gate says for a command', async () => {
  const job = await world.job({ prompt: '[[smuggle]]' });
  const { code, output, outputs, commands, summary } = await job.run();
  expect(code, output).toBe(0);
  expect(outputs.status).toBe('completed');
  expect(output).toContain('pwned');
  expect(commands.filter(({ message }) => /pwned|completed/.test(message))).toEqual([]);
  const own = ['debug', 'add-mask', 'group', 'endgroup'];
  expect(commands.map(({ name }) => name).filter((name) => !own.includes(name))).toEqual([]);
  expect(summary).not.toMatch(/^\s*::/m);
});

it('names every input that is not right, at once, and makes nothing', async () => {
  const job = await world.job({ url: 'ftp://nowhere', budget: 'much', 'fail-on': 'always', wait: 'perhaps' });
  const { code, outputs, commands } = await job.run();
  expect(code).toBe(1);
  expect(outputs).toEqual({});
  const [said = ''] = errorsOf(commands);
  for (const name of ['url', 'budget', 'fail-on', 'wait', 'prompt']) expect(said).toContain(`"${name}"`);
});

it('is told how to sign in where the job has no OIDC token', async () => {
  const job = await world.job(
    { prompt: 'Do it' },
    { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
  );
  const { code, commands } = await job.run();
  expect(code).toBe(1);
  expect(errorsOf(commands)[0]).toContain('permissions: id-token: write');
});
