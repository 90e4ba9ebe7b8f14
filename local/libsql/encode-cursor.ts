import type { StepOutcome } from './run-batch.ts';

/** The answer of a Hrana 3 cursor: one JSON document a line, the stream's first, then what each step gave. Pure. */
export function encodeCursor(baton: string | null, outcomes: readonly StepOutcome[]): string {
  const entries = outcomes.flatMap((outcome, step) => encodeStep(outcome, step));
  return [{ baton, base_url: null }, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function encodeStep(outcome: StepOutcome, step: number): object[] {
  switch (outcome.status) {
    case 'skipped':
      return [];
    case 'error':
      return [{ type: 'step_error', step, error: outcome.error }];
    case 'ok': {
      const { cols, rows, affected_row_count, last_insert_rowid } = outcome.result;
      return [
        { type: 'step_begin', step, cols },
        ...rows.map((row) => ({ type: 'row', row })),
        { type: 'step_end', affected_row_count, last_insert_rowid },
      ];
    }
  }
}
