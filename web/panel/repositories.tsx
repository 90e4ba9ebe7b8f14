import type { TaskRepository } from '../../protocol/task.ts';

/** The other repositories of a task: what was done in each, and where it is. */
export function RepositoriesPanel({ repositories }: { repositories: readonly TaskRepository[] }) {
  return (
    <ul aria-label="Other repositories">
      {repositories.map((one) => (
        <li key={one.id}>
          <code>{one.repository}</code> <span class="quiet">{describeWork(one)}</span>{' '}
          {one.pullRequest !== null && (
            <a href={one.pullRequest.url} target="_blank" rel="noreferrer">
              Pull request #{one.pullRequest.number}
            </a>
          )}
          {one.pullRequest === null && one.commitSha !== null && <code>{one.branch}</code>}
          {one.commitSha === null && one.rescueRef !== null && (
            <span class="quiet">
              Unpublished work is kept on the runner under <code>{one.rescueRef}</code>.
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function describeWork({ access, changes }: TaskRepository): string {
  if (access === 'read') return 'read only';
  if (changes === null || changes.files === 0) return 'unchanged so far';
  const { files, insertions, deletions } = changes;
  return `${files} ${files === 1 ? 'file' : 'files'} changed, +${insertions} −${deletions}`;
}
