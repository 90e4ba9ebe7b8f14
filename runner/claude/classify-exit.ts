import type { Failure } from '../../protocol/outcome.ts';
import { lastWords } from '../redact/last-words.ts';
import type { ProcessExit } from './claude-process.ts';
import { describeFailure } from './describe-failure.ts';

/** A failure's message has 2,000 characters; what the process said last explains most. */
const MAX_SAID_CHARS = 1_000;

/** What it means that a process was gone before its turn had a result. Pure. */
export function classifyExit(exit: ProcessExit, executable: string): Failure {
  if (exit.type === 'not_started') {
    const { code, message } = exit.error;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'not executable' : message;
    return describeFailure('not_installed', `Claude Code could not be started from ${executable}: ${reason}`);
  }
  const said = exit.stderr.trim() === '' ? '' : `: ${lastWords(exit.stderr.trim(), MAX_SAID_CHARS)}`;
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
