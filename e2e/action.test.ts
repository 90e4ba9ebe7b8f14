import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ActionWorld, createActionWorld } from './harness/action-world.ts';
import { REPO } from './harness/test-world.ts';

let world: ActionWorld;
beforeAll(async () => {
  world = await createActionWorld();
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
