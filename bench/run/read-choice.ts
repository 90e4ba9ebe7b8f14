import { parseArgs } from 'node:util';

export type Choice = {
  names: string[];
  quick: boolean;
  /** Write the page from this run. */
  docs: boolean;
  /** Go on with the last run. */
  resume: boolean;
};

export type ReadChoice = Choice | { help: string; exitCode: number };

function usage(known: readonly string[]): string {
  return `npm run bench [-- name …] [--quick] [--resume] [--write-docs]

  name          ${known.join(', ')} (all of them when left out)
  --quick       fewer samples and smaller crowds
  --resume      goes on with the last run: only what failed in it or was not reached
  --write-docs  writes docs/benchmarks.md from this run; it must be a whole one`;
}

/** Reads the command line. Pure. */
export function readChoice(args: readonly string[], known: readonly string[]): ReadChoice {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const refuse = (why: string) => ({ help: `${why}\n\n${usage(known)}`, exitCode: 2 });
  if (values.help) return { help: usage(known), exitCode: 0 };
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) return refuse(`There is no benchmark ${unknown.join(', ')}.`);
  const { quick, resume, 'write-docs': docs } = values;
  if (docs && (quick || (positionals.length > 0 && !resume))) {
    return refuse('--write-docs takes a whole run: no --quick, and names only together with --resume.');
  }
  return {
    names: known.filter((name) => positionals.length === 0 || positionals.includes(name)),
    quick,
    docs,
    resume,
  };
}
