import type { ExitReport } from './exit-report.ts';
import { describeExit } from './exit-report.ts';

const QUOTED_OUTPUT_LINES = 20;

export type StartFailure =
  | { reason: 'not_spawned'; cause: unknown }
  | { reason: 'exited_early'; exit: ExitReport }
  | { reason: 'not_ready'; deadlineMs: number }
  | { reason: 'aborted' };

/** A process did not come up; `failure` says how, the message quotes the last lines it wrote. */
export class ProcessStartError extends Error {
  override readonly name = 'ProcessStartError';
  readonly failure: StartFailure;
  readonly output: readonly string[];

  constructor(processName: string, failure: StartFailure, output: readonly string[], logFile?: string) {
    super(
      [
        describeFailure(processName, failure),
        ...quote(output),
        ...(logFile ? [`Its log is ${logFile}.`] : []),
      ].join('\n'),
      failure.reason === 'not_spawned' ? { cause: failure.cause } : undefined,
    );
    this.failure = failure;
    this.output = output;
  }
}

function describeFailure(name: string, failure: StartFailure): string {
  switch (failure.reason) {
    case 'not_spawned':
      return `${name} could not be started (${failure.cause instanceof Error ? failure.cause.message : failure.cause}). Is it installed, and executable?`;
    case 'exited_early':
      return `${name} ended before it was ready: ${describeExit(failure.exit)}.`;
    case 'not_ready':
      return `${name} was not ready within ${failure.deadlineMs} ms and was ended.`;
    case 'aborted':
      return `Starting ${name} was cancelled.`;
  }
}

function quote(output: readonly string[]): string[] {
  if (output.length === 0) return ['It wrote nothing.'];
  return ['The last it wrote:', ...output.slice(-QUOTED_OUTPUT_LINES).map((line) => `  ${line}`)];
}
