import type { RunnerEvent } from '../../protocol/events.ts';
import type { TaskRepository } from '../../protocol/task.ts';
import type { Repository, SideRepository } from '../../protocol/workspace.ts';
import type { NewSession } from '../contracts.ts';
import type { GitHubThread } from '../github-write.ts';
import { nameBranch } from './name-branch.ts';
import type { SessionRecord, TaskRecord } from './session-record.ts';
import { changeView, type TaskDraft } from './task-draft.ts';

type SideEvent = Extract<RunnerEvent, { type: `repository.${string}` }>;

const fullName = ({ owner, name }: Repository): string => `${owner}/${name}`;

/** Gives those that are written to their branch: the same name in each, so that people see what belongs together. */
export function nameSides(session: NewSession): Pick<NewSession, 'repositories'> {
  const { repositories = [], workspace } = session;
  if (repositories.length === 0 || workspace.type !== 'github') return {};
  // A pull request's own branch may have any name; another repository may use it for something else.
  const ref = { kind: 'branch' as const, base: workspace.repository.defaultBranch };
  const branch = nameBranch({ ...session, workspace: { ...workspace, ref } });
  return {
    repositories: repositories.map((side) => ({ ...side, branch: side.access === 'write' ? branch : null })),
  };
}

/** What a new task has done in them: nothing. */
export function untouchedSides({ repositories = [] }: Pick<SessionRecord, 'repositories'>): {
  repositories?: TaskRepository[];
} {
  if (repositories.length === 0) return {};
  return {
    repositories: repositories.map(({ repository, access, branch }) => ({
      id: repository.id,
      repository: fullName(repository),
      access,
      branch,
      changes: null,
      commitSha: null,
      pullRequest: null,
      rescueRef: null,
    })),
  };
}

/** Takes note of what a runner did in one of them. A repository that the task does not have is passed over. */
export function noteSide(draft: TaskDraft, event: SideEvent): void {
  switch (event.type) {
    case 'repository.ready':
      return;
    case 'repository.captured': {
      const { files, insertions, deletions } = event;
      changeSide(draft, event.repositoryId, { changes: { files: files.length, insertions, deletions } });
      return;
    }
    case 'repository.pushed':
      changeSide(draft, event.repositoryId, { commitSha: event.sha, branch: event.branch });
      return;
    case 'repository.rescued':
      changeSide(draft, event.repositoryId, { rescueRef: event.ref });
      return;
  }
}

export function changeSide(draft: TaskDraft, id: number, fields: Partial<TaskRepository>): void {
  const { repositories } = draft.task.view;
  if (repositories === undefined) return;
  changeView(draft, {
    repositories: repositories.map((one) => (one.id === id ? { ...one, ...fields } : one)),
  });
  draft.effects.push({ type: 'news', urgent: false });
}

/** Those whose work has left the machine. */
export function pushedSides({ view }: Pick<TaskRecord, 'view'>): TaskRepository[] {
  return (view.repositories ?? []).filter(({ commitSha }) => commitSha !== null);
}

/** One of a session's repositories, as the control plane knows it. */
export function sideOf({ repositories = [] }: SessionRecord, id: number): SideRepository | null {
  return repositories.find(({ repository }) => repository.id === id) ?? null;
}

/** Where something about one repository is written on GitHub when no thread there is the session's. */
export function placeOf(session: SessionRecord, repository: Repository): GitHubThread | null {
  const installationId = session.installationId ?? session.thread?.installationId ?? null;
  if (installationId === null) return null;
  return {
    installationId,
    repository,
    issueNumber: 0,
    isPullRequest: false,
    url: repository.htmlUrl,
    headSha: null,
  };
}
