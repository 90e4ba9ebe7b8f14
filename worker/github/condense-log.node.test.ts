import { describe, expect, it } from 'vitest';
import { condenseLog } from './condense-log.ts';

const STAMP = '2026-11-20T10:00:00.1234567Z ';

describe('a condensed log', () => {
  it('is without timestamps, colours, group marks and control characters', () => {
    const log = [
      `\uFEFF${STAMP}##[group]Run npm test`,
      `${STAMP}\u001b[31mnot ok\u001b[0m 1 - adds\u0000\r`,
      `${STAMP}##[endgroup]`,
      '',
      `${STAMP}##[error]Process completed with exit code 1.`,
    ].join('\n');
    expect(condenseLog(log, 1_000)).toBe('not ok 1 - adds\nerror: Process completed with exit code 1.');
  });

  it('says lines that repeat once, with their number', () => {
    expect(condenseLog('waiting\nwaiting\nwaiting\ndone', 1_000)).toBe('waiting [3 times]\ndone');
  });

  it('keeps its end and what stands around the first failure, and counts what is left out', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `step ${index} went well`);
    lines[700] = 'src/add.ts(3,1): error TS2322: no number';
    const short = condenseLog(lines.join('\n'), 2_000);
    expect(short.length).toBeLessThan(2_200);
    expect(short).toContain(
      'step 698 went well\nstep 699 went well\nsrc/add.ts(3,1): error TS2322: no number',
    );
    expect(short).toContain('step 706 went well');
    expect(short.startsWith('[698 line(s) left out]\n')).toBe(true);
    expect(short.endsWith('step 1999 went well')).toBe(true);
    expect(short.match(/left out/g)).toHaveLength(2);
  });

  it.each([
    ['one line without an end', 'x'.repeat(5_000_000)],
    ['nothing but failures', 'error\nfatal\n'.repeat(200_000)],
    ['sequences that never end', '\u001b]'.repeat(500_000)],
    ['marks and spaces', ` ${STAMP} `.repeat(100_000)],
  ])('stays short and is made at once of %s', (_what, log) => {
    const startedMs = performance.now();
    expect(condenseLog(log, 3_000).length).toBeLessThan(3_500);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
  });
});
