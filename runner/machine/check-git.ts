import { execFile } from 'node:child_process';
import type { Check } from './check.ts';
import { checkFailed, checkOk } from './check.ts';

/** `merge-tree --write-tree`, which puts work on top of a moved branch without touching files, came with it. */
const OLDEST_GIT = [2, 38] as const;

const DEADLINE_MS = 10_000;

const HOW_TO_INSTALL = `Install git ${OLDEST_GIT.join('.')} or newer (Debian, Ubuntu: apt-get install git; macOS: xcode-select --install) and see that it is in the PATH.`;

/** Judges what `git --version` said; null when there is no such program. */
export function judgeGitVersion(output: string | null): Check {
  if (output === null)
    return checkFailed('git', 'broken', 'git is not installed', HOW_TO_INSTALL, 'not_installed');
  const [, major, minor] = /(\d+)\.(\d+)/.exec(output) ?? [];
  if (major === undefined || minor === undefined) {
    return checkFailed('git', 'broken', `git says "${output.trim()}"`, HOW_TO_INSTALL);
  }
  const isOld =
    Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1]);
  const detail = output.trim();
  return isOld
    ? checkFailed('git', 'broken', `${detail} is too old`, HOW_TO_INSTALL)
    : checkOk('git', detail);
}

export function checkGit(): Promise<Check> {
  return new Promise((resolve) => {
    execFile('git', ['--version'], { timeout: DEADLINE_MS }, (error, stdout) => {
      resolve(judgeGitVersion(error === null ? stdout : null));
    });
  });
}
