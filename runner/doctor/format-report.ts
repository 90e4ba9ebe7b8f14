import type { Check } from '../machine/check.ts';

const MARKS = { ok: '✓', warning: '!', broken: '✗' } as const;

export function isHealthy(checks: readonly Check[]): boolean {
  return checks.every((check) => check.status !== 'broken');
}

/** The report for a person: one line a check, and below what is not right how to mend it. */
export function formatReport(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, detail, remedy }) => {
    const line = `${MARKS[status]} ${name.padEnd(width)}  ${detail}`;
    return remedy === null ? [line] : [line, `  ${' '.repeat(width)}  → ${remedy}`];
  });
  const broken = checks.filter((check) => check.status === 'broken').length;
  const verdict =
    broken === 0
      ? 'This machine is ready.'
      : `${broken} ${broken === 1 ? 'thing is' : 'things are'} to be mended.`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
}

/** The report for programs. */
export function jsonReport(checks: readonly Check[]): string {
  const entries = checks.map(({ name, status, detail, remedy }) => ({ name, status, detail, remedy }));
  return `${JSON.stringify({ ok: isHealthy(checks), checks: entries }, null, 2)}\n`;
}
