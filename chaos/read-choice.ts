import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FAULT_KINDS, isFaultKind } from './plan/fault-kinds.ts';
import type { ChaosOptions } from './run-chaos.ts';

export const USAGE = `npm run chaos -- [--faults N] [--seed S] [--minutes M] [--kinds a,b] [--real-share R] [--write-docs]

  --faults N        how many faults (1000)
  --seed S          the same seed plans the same faults and the same work (by the clock when left out)
  --minutes M       no round begins after so many minutes
  --kinds a,b       only these: ${FAULT_KINDS.join(', ')}
  --real-share R    share of sessions that run the real Claude Code CLI against a scripted model (0)
  --round N         faults in a round (300)
  --rate N          faults a second (8)
  --per-session N   faults to a session (5): the more, the more of them meet the same task
  --first-round N   begins with the plan of this round, to see a failure again
  --keep            keeps the folder of logs of a run without a failure
  --write-docs      writes docs/chaos.md from this run
  --docs-from F     runs nothing: writes docs/chaos.md from results that were kept, several with commas`;

const numberSchema = (least: number, most: number) => z.coerce.number().min(least).max(most);

const choiceSchema = z.object({
  faults: numberSchema(1, 1_000_000).int().default(1_000),
  seed: numberSchema(0, 2 ** 31 - 1)
    .int()
    .optional(),
  minutes: numberSchema(0.1, 10_000).nullable().default(null),
  kinds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().refine(isFaultKind, 'is not a kind of fault')).min(1))
    .default([...FAULT_KINDS]),
  'real-share': numberSchema(0, 1).default(0),
  round: numberSchema(1, 10_000).int().default(300),
  rate: numberSchema(0.1, 100).default(8),
  'per-session': numberSchema(1, 100).default(5),
  'first-round': numberSchema(0, 1_000_000).int().default(0),
});

export type Choice =
  | { status: 'run'; options: ChaosOptions; writeDocs: boolean }
  | { status: 'write_docs'; results: string[] }
  | { status: 'help'; text: string; exitCode: number };

/** Reads the flags. Pure; `seed` is taken when none is given. */
export function readChoice(args: string[], seed: number): Choice {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { faults: text, seed: text, minutes: text, kinds: text, 'real-share': text } as const;
  const more = {
    round: text,
    rate: text,
    'per-session': text,
    'first-round': text,
    keep: flag,
    'write-docs': flag,
    'docs-from': text,
    help: flag,
  } as const;
  let values: ReturnType<typeof parse>;
  const parse = () => parseArgs({ args, options: { ...options, ...more } }).values;
  try {
    values = parse();
  } catch (error) {
    return { status: 'help', text: `${String(error)}\n\n${USAGE}`, exitCode: 2 };
  }
  if (values.help) return { status: 'help', text: USAGE, exitCode: 0 };
  const kept = values['docs-from'];
  if (kept !== undefined) return { status: 'write_docs', results: kept.split(',') };
  const choice = choiceSchema.safeParse(values);
  if (!choice.success)
    return { status: 'help', text: `${z.prettifyError(choice.error)}\n\n${USAGE}`, exitCode: 2 };
  const { faults, minutes, kinds, round, rate } = choice.data;
  return {
    status: 'run',
    writeDocs: values['write-docs'],
    options: {
      seed: choice.data.seed ?? seed,
      faults,
      minutes,
      kinds: kinds.filter(isFaultKind),
      realShare: choice.data['real-share'],
      faultsARound: Math.min(round, faults),
      faultsASecond: rate,
      faultsASession: choice.data['per-session'],
      firstRound: choice.data['first-round'],
      keep: values.keep,
    },
  };
}
