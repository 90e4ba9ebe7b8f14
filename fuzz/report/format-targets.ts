export type TargetRow = {
  target: string;
  inputs: number;
  seconds: number;
  state: 'passed' | 'failed' | 'skipped';
};

/** A table of what was fuzzed, with sums. */
export function formatTargets(rows: readonly TargetRow[]): string {
  const ran = rows.filter(({ state }) => state !== 'skipped');
  const width = Math.max(0, ...ran.map(({ target }) => target.length));
  const lines = ran.map(
    ({ target, inputs, seconds, state }) =>
      `${target.padEnd(width)}  ${String(inputs).padStart(7)}  ${seconds.toFixed(1).padStart(7)} s  ${state}`,
  );
  const inputs = ran.reduce((sum, row) => sum + row.inputs, 0);
  const failed = ran.filter(({ state }) => state === 'failed').length;
  return [...lines, '', `${ran.length} targets, ${inputs} inputs, ${failed} failed`].join('\n');
}
