import { expect, test } from 'vitest';
import { classifyGitFailure } from './classify-git-failure.ts';
import type { GitFailure, GitFailureReason } from './run-git.ts';

const failed = (stderr: string, reason: GitFailureReason = 'exit'): GitFailure => ({
  ok: false,
  reason,
  command: 'git fetch',
  exitCode: 128,
  stdout: '',
  stderr,
});

test.each([
  ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", 'denied'],
  ["fatal: Authentication failed for 'https://github.com/a/b.git/'", 'denied'],
  ["fatal: unable to access 'https://github.com/a/b.git/': The requested URL returned error: 403", 'denied'],
  ["remote: Repository not found.\nfatal: repository 'https://github.com/a/b.git/' not found", 'not_found'],
  ["fatal: unable to access 'http://h/': The requested URL returned error: 301", 'moved'],
  ["fatal: unable to access 'http://h/': Could not resolve host: h", 'unreachable'],
  ["fatal: unable to access 'http://h/': The requested URL returned error: 502", 'unreachable'],
  ['error: RPC failed; curl 56 Recv failure: Connection reset by peer', 'unreachable'],
  ["fatal: couldn't find remote ref refs/heads/gone", 'missing_ref'],
  ['fatal: remote error: upload-pack: not our ref 1234', 'missing_ref'],
  ['error: file write error: No space left on device', 'disk_full'],
  ['fatal: Out of diskspace', 'disk_full'],
  ["fatal: Unable to create '/d/index.lock': File exists.", 'locked'],
  ["fatal: 'x' is already checked out at '/d/w'", 'branch_in_use'],
  ["fatal: 'x' is already used by worktree at '/d/w'", 'branch_in_use'],
  ['error: object file /m/objects/ab/cd is empty', 'corrupt'],
  ["fatal: not a git repository: '/m'", 'corrupt'],
  ['fatal: something nobody has seen', 'failed'],
])('%s is %s', (stderr, trouble) => {
  expect(classifyGitFailure(failed(stderr))).toBe(trouble);
});

test('how the process ended says more than what it printed', () => {
  expect(classifyGitFailure(failed('Connection refused', 'aborted'))).toBe('aborted');
  expect(classifyGitFailure(failed('', 'deadline'))).toBe('deadline');
  expect(classifyGitFailure(failed('', 'not_installed'))).toBe('not_installed');
  expect(classifyGitFailure(failed('', 'killed'))).toBe('failed');
});
