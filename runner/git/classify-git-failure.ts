import type { GitFailure } from './run-git.ts';

/** What went wrong, as far as git's words tell. Each has another remedy. */
export type GitTrouble =
  | 'denied'
  | 'not_found'
  | 'moved'
  | 'unreachable'
  | 'missing_ref'
  | 'disk_full'
  | 'corrupt'
  | 'locked'
  | 'branch_in_use'
  | 'deadline'
  | 'aborted'
  | 'not_installed'
  | 'failed';

/** Asked in this order: a server's 403 must not be read as a connection that failed. */
const SIGNS: readonly (readonly [GitTrouble, RegExp])[] = [
  ['disk_full', /No space left on device|Disk quota exceeded|Out of diskspace/i],
  ['locked', /Unable to create '[^']*\.lock'|cannot lock ref[^\n]*Unable to create/i],
  ['branch_in_use', /is already checked out at|is already used by worktree at/i],
  ['missing_ref', /couldn't find remote ref|not our ref|unadvertised object/i],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|returned error: 40[13]|Permission .* denied|access denied/i,
  ],
  ['not_found', /repository '[^']*' not found|Repository not found|returned error: 404/i],
  ['moved', /returned error: 30[1278]|unable to update url base from redirection/i],
  [
    'unreachable',
    /Could not resolve|Failed to connect|Connection (?:refused|reset|timed out|was reset)|Couldn't connect|timed out|Operation too slow|returned error: (?:429|5\d\d)|early EOF|unexpected disconnect|hung up unexpectedly|Empty reply|RPC failed|SSL|gnutls|expected flush after|invalid server response/i,
  ],
  [
    'corrupt',
    /not a git repository|unable to read (?:sha1 file|tree)|object file \S+ is empty|loose object \S+ .*is corrupt|is corrupt|packfile \S+ (?:is|index|cannot)|bad (?:object|tree|pack|index|revision)|missing (?:blob|tree|commit|object)|invalid sha1 pointer|did not send all necessary objects|failed to unpack tree|could not (?:parse|open) (?:object|commit)|not a (?:tree|commit) object|index file (?:corrupt|smaller)|unable to unpack/i,
  ],
];

/** Reads what a failed command says. The environment asks git for English (`LC_ALL=C`). */
export function classifyGitFailure(failure: GitFailure): GitTrouble {
  switch (failure.reason) {
    case 'deadline':
    case 'aborted':
    case 'not_installed':
      return failure.reason;
    case 'no_folder':
    case 'too_much_output':
      return 'failed';
    case 'killed':
    case 'exit': {
      const sign = SIGNS.find(([, pattern]) => pattern.test(failure.stderr));
      return sign?.[0] ?? 'failed';
    }
  }
}
