import type { FailureKind } from '../../protocol/outcome.ts';

/** What was found about one thing that the runner needs. `remedy` says how to mend it. */
export type Check = {
  name: string;
  status: 'ok' | 'warning' | 'broken';
  detail: string;
  remedy: string | null;
  /** What a job that meets this fails as. */
  failureKind: FailureKind;
};

export function checkOk(name: string, detail: string): Check {
  return { name, status: 'ok', detail, remedy: null, failureKind: 'preflight' };
}

export function checkFailed(
  name: string,
  status: 'warning' | 'broken',
  detail: string,
  remedy: string,
  failureKind: FailureKind = 'preflight',
): Check {
  return { name, status, detail, remedy, failureKind };
}
