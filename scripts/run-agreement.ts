import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/* The long run: `npm run agreement -- --steps 10000 [--seed S]`. The same test as in CI, with more inputs. */

const { values } = parseArgs({
  options: { steps: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help === true) {
  console.log('npm run agreement -- [--steps N] [--seed S]');
} else {
  const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000_000));
  console.log(`Seed ${seed}`);
  const child = spawn('vitest', ['run', '--project', 'workers', 'worker/session/agreement'], {
    stdio: 'inherit',
    env: { ...process.env, AGREEMENT_STEPS: values.steps ?? '10000', AGREEMENT_SEED: seed },
  });
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
