import { checkGitHub } from './check-github.ts';
import { checkLines } from './check-lines.ts';
import { checkLog } from './check-log.ts';
import { checkMoves } from './check-moves.ts';
import { checkRecord } from './check-record.ts';
import { checkRequests } from './check-requests.ts';
import type { Check, SessionEvidence, Violation } from './evidence.ts';

const CHECKS: readonly Check[] = [checkRequests, checkMoves, checkLog, checkLines, checkRecord, checkGitHub];

/** Everything that must hold of one session once nothing is broken any more and everybody had time. */
export function checkSession(evidence: SessionEvidence): Violation[] {
  return CHECKS.flatMap((check) => check(evidence));
}
