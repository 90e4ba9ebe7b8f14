import type { SessionWorkspace } from '../../workspace/workspace-types.ts';
import { fullName } from './name-work.ts';

/** What Claude has to know where a task has several repositories; null where there is only one. */
export function describeFolders({
  path,
  sides = [],
}: Pick<SessionWorkspace, 'path' | 'sides'>): string | null {
  if (sides.length === 0) return null;
  const others = sides.map((side) => {
    const how =
      side.access === 'write'
        ? 'yours to change; it has a branch and a pull request of its own'
        : 'to be read only: what is changed there is undone';
    return `- ${side.workspace.path}: ${fullName(side)}, ${how}`;
  });
  return [
    'This task has several repositories, each in a folder of its own:',
    `- ${path}: your working directory, yours to change`,
    ...others,
    'Leave what you change in the files of each; every repository is checked, committed and pushed by itself.',
  ].join('\n');
}
