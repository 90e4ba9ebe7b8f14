import type { GitFolders } from '../../sandbox/sandbox-plan.ts';

/** What git needs in all of a session's worktrees. Where nothing is to be written, a commit is not either. */
export function mergeGitFolders(
  main: GitFolders | null,
  sides: readonly { folders: GitFolders | null; writable: boolean }[],
): GitFolders | null {
  const all = sides.flatMap(({ folders, writable }) =>
    folders === null
      ? []
      : [writable ? folders : { read: [...folders.read, ...folders.write], write: [], deny: [] }],
  );
  const each = main === null ? all : [main, ...all];
  if (each.length === 0) return null;
  return {
    read: each.flatMap(({ read }) => read),
    write: each.flatMap(({ write }) => write),
    deny: each.flatMap(({ deny }) => deny),
  };
}
