import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { buildProduct } from '../../local/build/build-product.ts';
import { interruptSignal } from '../../local/process/interrupt-signal.ts';
import { ROOT } from '../../local/stack/parts.ts';
import { completedShare, LEAST_COMPLETED, renderRecovery } from './render-recovery.ts';
import { runRecovery } from './run-recovery.ts';

const HELP = `npm run recovery -- [--tasks N] [--share 0.1] [--seed S] [--at-once N] [--write-docs]

  --tasks N       how many tasks (1000)
  --share R       share of them that meet a transient failure (0.1)
  --seed S        the same seed plans the same tasks and failures (1)
  --at-once N     tasks that are under way, or wait for their next try, at one time (48)
  --write-docs    writes docs/recovery.md from this run`;

const choiceSchema = z.object({
  tasks: z.coerce.number().int().min(1).max(100_000).default(1_000),
  'at-once': z.coerce.number().int().min(1).max(1_000).default(48),
  share: z.coerce.number().min(0).max(1).default(0.1),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
});

const { values } = parseArgs({
  options: {
    tasks: { type: 'string' },
    share: { type: 'string' },
    seed: { type: 'string' },
    'at-once': { type: 'string' },
    'write-docs': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help === true) console.log(HELP);
else {
  const { 'at-once': atOnce, ...rest } = choiceSchema.parse(values);
  const options = { ...rest, atOnce };
  await buildProduct((line) => console.log(line));
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const result = await runRecovery(options, interruptSignal(), say);
  const page = renderRecovery(result);
  console.log(`\n${page}`);
  if (values['write-docs'] === true) await writeFile(join(ROOT, 'docs', 'recovery.md'), page);
  process.exitCode = completedShare(result) >= LEAST_COMPLETED ? 0 : 1;
}
