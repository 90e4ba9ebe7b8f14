import { join } from 'node:path';
import { z } from 'zod';
import type { Violation } from '../invariants/evidence.ts';
import type { ChaosWorld } from '../world/start-world.ts';
import { LogTail } from './log-tail.ts';

/** Only a bug writes these, whatever was done to the product. */
const BUGS: ReadonlySet<string> = new Set([
  'job.bug',
  'job.finish_failed',
  'runner.bug',
  'session.frame_failed',
  'session.deadline_failed',
  'fleet.deadline_failed',
  'record.row_refused',
  'github.sender_failed',
]);

const lineSchema = z.looseObject({ msg: z.string().optional(), event: z.string().optional() });

const MAX_LINE_CHARS = 700;

export type LogWatch = {
  /** What the logs say since the last look. */
  look(): Promise<Violation[]>;
  /** How often each warning and error came so far. */
  counts(): Record<string, number>;
};

/** Reads the logs of the Worker and of all runners for what only a bug writes. */
export function watchLogs({ dataDir, runners }: Pick<ChaosWorld, 'dataDir' | 'runners'>): LogWatch {
  const names = ['worker', ...runners.map(({ name }) => name)];
  const tails = names.map((name) => ({ name, tail: new LogTail(join(dataDir, 'logs', `${name}.log`)) }));
  const counts: Record<string, number> = {};
  const judge = (where: string, line: string): Violation[] => {
    if (!/"level":"?(?:warn|error|fatal|40|50|60)\b/.test(line)) return [];
    const parsed = lineSchema.safeParse(parseJson(line)).data;
    const name = parsed?.msg ?? parsed?.event ?? 'not JSON';
    counts[name] = (counts[name] ?? 0) + 1;
    return BUGS.has(name) ? [{ rule: 'bug_logged', where, what: line.slice(0, MAX_LINE_CHARS) }] : [];
  };
  return {
    async look() {
      const found = await Promise.all(
        tails.map(async ({ name, tail }) => (await tail.next()).flatMap((line) => judge(name, line))),
      );
      return found.flat();
    },
    counts: () => counts,
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
