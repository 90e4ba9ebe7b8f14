import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Script, text, tool } from '../doubles/model/script.ts';
import { type ActionWorld, createActionWorld } from './harness/action-world.ts';
import { REPO } from './harness/test-world.ts';

/** `[[judge:path]]`: writes a file and answers by the schema of the task. */
const judge: Script = {
  name: 'judge',
  steps: ({ arg }) => [
    tool('Write', { file_path: arg, content: 'judged\n' }),
    tool('StructuredOutput', { verdict: 'good', reasons: ['short', '::error::pwned'] }),
    text('Judged.'),
  ],
};

let world: ActionWorld;
beforeAll(async () => {
  world = await createActionWorld({ scripts: [judge] });
});
afterAll(() => world?.close());

it('does a task on the commit of the workflow and ends with its pull request, with no secret but the OIDC token', async () => {
  const { github } = world;
  const job = await world.job({ prompt: 'Please [[write:first.txt|one]]', budget: '5', name: 'first-file' });
  const { code, outputs, log, output, summary, commands } = await job.run();
  expect(code, output).toBe(0);
  const [pull] = await github.pulls(REPO);
  expect(pull).toMatchObject({ base: 'main', headSha: outputs.commit });
  expect(outputs).toMatchObject({
    status: 'completed',
    'pr-number': String(pull?.number),
    'pr-url': `${github.url}/station-works/${REPO}/pull/${pull?.number}`,
    branch: pull?.head,
    'task-id': `${outputs['session-id']}.1`,
    summary: 'Wrote first.txt.',
  });
  expect(Number(outputs['cost-usd'])).toBeGreaterThan(0);
  expect(log).toContain('▸ Write: ');
  expect(commands.filter(({ name }) => name === 'group').map(({ message }) => message)).toContain(
    'Claude, turn 1',
  );
  expect(summary).toContain('Signalbox: completed');
  expect(summary).toContain('first.txt');
  const { session } = await world.session(outputs['session-id'] ?? '');
  expect(session.workspace).toMatchObject({ ref: { kind: 'branch', base: 'main', commit: world.head() } });
  for (const secret of [...world.issuer.issued, 'sbk_']) expect(log).not.toContain(secret);
  expect((await job.runPost()).log).toBe('');
});

it('hands on what Claude answers by a schema', async () => {
  const schema = {
    type: 'object',
    required: ['verdict'],
    properties: { verdict: { enum: ['good', 'bad'] }, reasons: { type: 'array', items: { type: 'string' } } },
  };
  const job = await world.job({ prompt: '[[judge:judged.txt]]', 'output-schema': JSON.stringify(schema) });
  const { code, outputs, output } = await job.run();
  expect(code, output).toBe(0);
  expect(JSON.parse(outputs['structured-output'] ?? '')).toEqual({
    verdict: 'good',
    reasons: ['short', '::error::pwned'],
  });
  const task = await world.ended(outputs['session-id'] ?? '');
  expect(task).toMatchObject({ state: 'completed', structuredOutput: outputs['structured-output'] });
});
