import type { GateResult } from '../../protocol/gates.ts';
import { builtInGates, builtInNames, type Changes, type FindSecrets } from './built-in-gates.ts';
import { pathMatcher } from './matches-paths.ts';
import type { GatePlan } from './read-gates.ts';
import { type GateDeps, type GateJob, type GatePlace, runGate, skippedGate } from './run-gate.ts';

export type GatesInput = {
  plan: GatePlan;
  changes: Changes;
  /** What Claude wrote in the test phase; null where there was none. */
  generatedTests: readonly string[] | null;
};

export type GatesDeps = GateDeps & {
  findSecrets: FindSecrets;
  onFinished: (result: GateResult) => void;
};

/** Limit of one run of tests; a repository whose tests need longer has a check of its own for them. */
const TESTS_MINUTES = 20;

/** Every gate of one repository, in the order in which they run. */
export function gateNames(input: GatesInput): string[] {
  return [...builtInNames(input.plan), ...gateJobs(input).map(({ name }) => name)];
}

/**
 * Runs all gates of one repository's folder, one after the other: those that need no command first. Null: the job ends
 * before they are done.
 */
export async function runGates(
  input: GatesInput,
  place: GatePlace,
  deps: GatesDeps,
): Promise<GateResult[] | null> {
  const results = builtInGates(input.plan, input.changes, deps.findSecrets);
  for (const result of results) deps.onFinished(result);
  for (const gate of gateJobs(input)) {
    if (place.signal.aborted) return null;
    const why = reasonToSkip(gate, input);
    const result = why === null ? await runGate(gate, place, deps) : skippedGate(gate, why);
    if (result === null) return null;
    deps.onFinished(result);
    results.push(result);
  }
  return results;
}

function gateJobs({ plan, generatedTests }: GatesInput): GateJob[] {
  const checks = plan.checks.map((gate): GateJob => ({ ...gate, kind: 'command' }));
  if (generatedTests === null) return checks;
  const command = plan.testCommand ?? '';
  const tests: GateJob[] = [
    {
      name: 'generated tests',
      kind: 'generated_tests',
      command,
      args: generatedTests,
      minutes: TESTS_MINUTES,
    },
    { name: 'regression tests', kind: 'regression_tests', command, minutes: TESTS_MINUTES },
  ];
  return [...tests, ...checks];
}

const NO_TEST_COMMAND =
  'It is not known how tests are run here: set `tests.command` in .github/signalbox.yml on the default branch.';

function reasonToSkip(gate: GateJob, { changes, generatedTests }: GatesInput): string | null {
  if (gate.kind === 'generated_tests' || gate.kind === 'regression_tests') {
    if (gate.command === '') return NO_TEST_COMMAND;
    return gate.kind === 'generated_tests' && generatedTests?.length === 0 ? 'Claude wrote no tests.' : null;
  }
  if (gate.paths === undefined || changes.paths.some(pathMatcher(gate.paths))) return null;
  return 'Nothing that it looks after was changed.';
}
