import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/* The long run: `npm run fuzz -- --runs 10000 [--seed S] [name…]`. The same tests as in CI, with more inputs. */

const HELP = 'npm run fuzz -- [--runs N] [--seed S] [part of a file name or a target …]';
const DEFAULT_RUNS = '10000';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});

if (values.help === true) {
  console.log(HELP);
} else {
  const seed = values.seed ?? String(Math.floor(Math.random() * 1_000_000_000));
  console.log(`Seed ${seed}`);
  const names =
    positionals.length === 0 ? [] : ['--testNamePattern', positionals.map(escapePattern).join('|')];
  const args = [
    'run',
    '--maxWorkers',
    '100%',
    '--project',
    'node',
    '--project',
    'fuzz',
    'fuzz/parsers',
    'fuzz/worker',
    ...names,
  ];
  const child = spawn('vitest', [...args, '--reporter', './fuzz/report/print-targets.ts'], {
    stdio: 'inherit',
    // What the parsed files look like to the YAML library is part of the fuzzing, not news.
    env: { ...process.env, FUZZ_RUNS: values.runs ?? DEFAULT_RUNS, FUZZ_SEED: seed, NODE_NO_WARNINGS: '1' },
  });
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

function escapePattern(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
