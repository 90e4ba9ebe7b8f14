import type { GateResult } from '../../../protocol/gates.ts';

/** A required gate that found something in one file. */
export const FAILED_GATE: GateResult = {
  name: 'lint',
  kind: 'command',
  required: true,
  status: 'failed',
  detail: 'It ended with 1.',
  exitCode: 1,
  durationMs: 10,
  tests: null,
  output: { text: 'a.txt:1:1: wrong', bytes: 16, cut: false },
  annotations: [{ path: 'a.txt', line: 1, column: 1, level: 'failure', message: 'wrong' }],
  annotationsCut: false,
};
