import { condenseLog } from './condense-log.ts';
import type { CheckFailure } from './read-failures.ts';
import { clean, cutToBytes, element, escapeFrame, FRAME, INTRODUCTION } from './untrusted-frame.ts';

/** Of one check, in characters. */
const MAX_SUMMARY = 2_000;
const MAX_FINDING = 500;
const MAX_LOG = 8_000;

/** What the first sentence of the task is; who wrote the checks' names and logs is not known. */
export function repairRequest(headSha: string, failed: number): string {
  const what = failed === 1 ? 'A check' : `${failed} checks`;
  return [
    `${what} of the commit ${headSha.slice(0, 12)}, which the last task pushed, failed.`,
    'Find the cause in what is shown of them and in the code, and repair it.',
    'Do not weaken, skip or remove a check to have it pass.',
    'If the failure has nothing to do with this work, change nothing and say so.',
  ].join(' ');
}

/** What failed checks say, framed as untrusted content. */
export function buildChecksContext(failures: readonly CheckFailure[], failed: number): string {
  const shown = failures.map((failure) => element('check', { name: failure.name }, partsOf(failure)));
  const more = failed - failures.length;
  return [
    `<${FRAME} of="failed checks" trust="none">`,
    INTRODUCTION,
    ...shown,
    ...(more > 0 ? [element('left_out', {}, `${more} more failed check(s) are not shown.`)] : []),
    `</${FRAME}>`,
  ].join('\n');
}

function partsOf({ title, summary, findings, log }: CheckFailure): string {
  const said = clean([title, summary].filter((text) => text !== '').join('\n')).trim();
  return [
    ...(said === '' ? [] : [cutToBytes(said, MAX_SUMMARY)]),
    ...findings.map(({ path, line, level, message }) =>
      element('finding', { path, line: String(line), level }, cutToBytes(clean(message), MAX_FINDING)),
    ),
    log === null ? 'There is no log to be read.' : element('log', {}, escapeFrame(condenseLog(log, MAX_LOG))),
  ].join('\n');
}
