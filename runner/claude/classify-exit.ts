import type { Failure } from '../../protocol/outcome.ts';
import type { ProcessExit } from './claude-process.ts';
import { describeFailure } from './describe-failure.ts';

/** What it means that a process was gone before its turn had a result. Pure. */
export function classifyExit(exit: ProcessExit, executable: string): Failure {
  if (exit.type === 'not_started') {
    const { code, message } = exit.error;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'not executable' : message;
    return describeFailure('not_installed', `Claude Code could not be started from ${executable}: ${reason}`);
  }
  const said = exit.stderr.trim() === '' ? '' : `: ${exit.stderr.trim().slice(-1_000)}`;
  if (exit.signal !== null) {
    return describeFailure(
      'killed',
      `Claude Code was ended by ${exit.signal} in the middle of its work${said}`,
    );
  }
  /** The CLI turns TERM into this code. */
  if (exit.code === 143) {
    return describeFailure('killed', `Claude Code was ended by SIGTERM in the middle of its work${said}`);
  }
  return describeFailure(
    'exited_without_result',
    `Claude Code exited with code ${exit.code} without a result${said}`,
  );
}
