import type { HranaErrorBody } from './hrana-error.ts';
import { HranaError, toErrorBody } from './hrana-error.ts';
import type { HranaBatch, HranaCondition, StmtResult } from './hrana-schema.ts';
import type { SqlStream } from './sql-stream.ts';

export type StepOutcome =
  | { status: 'ok'; result: StmtResult }
  | { status: 'error'; error: HranaErrorBody }
  | { status: 'skipped' };

/** Called before each step with its index; it may throw to end the batch, which the tests' faults do. */
export type BeforeStep = (step: number, stepCount: number) => void;

/** Runs the steps in order, each when its condition holds; a step that fails does not end the batch. */
export async function runBatch(
  stream: SqlStream,
  batch: HranaBatch,
  signal: AbortSignal,
  beforeStep: BeforeStep,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const [index, { condition, stmt }] of batch.steps.entries()) {
    beforeStep(index, batch.steps.length);
    if (condition && !holds(condition, outcomes, stream.isAutocommit)) {
      outcomes.push({ status: 'skipped' });
      continue;
    }
    try {
      outcomes.push({ status: 'ok', result: await stream.execute(stmt, signal) });
    } catch (error) {
      outcomes.push({ status: 'error', error: toErrorBody(error) });
    }
  }
  return outcomes;
}

/** Whether a step may run, by what became of those before it. Pure. */
export function holds(
  condition: HranaCondition,
  outcomes: readonly StepOutcome[],
  isAutocommit: boolean,
): boolean {
  switch (condition.type) {
    case 'ok':
      return outcomeOf(condition.step, outcomes).status === 'ok';
    case 'error':
      return outcomeOf(condition.step, outcomes).status === 'error';
    case 'not':
      return !holds(condition.cond, outcomes, isAutocommit);
    case 'and':
      return condition.conds.every((each) => holds(each, outcomes, isAutocommit));
    case 'or':
      return condition.conds.some((each) => holds(each, outcomes, isAutocommit));
    case 'is_autocommit':
      return isAutocommit;
  }
}

function outcomeOf(step: number, outcomes: readonly StepOutcome[]): StepOutcome {
  const outcome = outcomes[step];
  if (!outcome)
    throw new HranaError(
      'BATCH_COND_BAD_STEP',
      `A condition names step ${step}, which is not before its own.`,
    );
  return outcome;
}
