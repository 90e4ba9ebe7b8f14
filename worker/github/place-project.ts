import type { Project } from '../../protocol/projects.ts';
import type { GivenTaskOptions } from '../../protocol/task-options.ts';
import { MAX_WRITABLE_SIDES, type SideRepository } from '../../protocol/workspace.ts';
import type { NewSession } from '../contracts.ts';
import { judgePermission } from './check-permission.ts';
import type { Trigger } from './read-payload.ts';
import type { TriggerDeps } from './trigger-deps.ts';

/** In a mention: without the project that the repository's file names. */
const NO_PROJECT = 'none';

export type PlacedProject =
  | {
      status: 'placed';
      session: Pick<NewSession, 'project' | 'repositories'>;
      options: GivenTaskOptions;
    }
  | { status: 'wrong'; problem: string };

const WITHOUT: PlacedProject = { status: 'placed', session: {}, options: {} };

type Deps = Pick<TriggerDeps, 'projectOf' | 'repositoryOf' | 'permissionOf' | 'session'>;

/**
 * What a project adds to a task that is asked for in one of its repositories: its options, and where the conversation
 * begins with it, its other repositories. Who asks must be able to push to each of them: work on it would be his, and
 * what Claude reads of it is shown to whoever sees the session.
 *
 * @param asked the name in the mention; undefined when it says nothing
 * @param configured the name in the repository's file
 */
export async function placeProject(
  deps: Deps,
  trigger: Trigger,
  session: Pick<NewSession, 'id'>,
  { asked, configured }: { asked: string | undefined; configured: string | undefined },
): Promise<PlacedProject> {
  const name = asked ?? configured;
  if (name === undefined || name === NO_PROJECT) return WITHOUT;
  const [project, known] = await Promise.all([
    deps.projectOf(trigger, name),
    deps.session(session.id).snapshot(),
  ]);
  if (project === null) return wrong(`There is no project called "${name}" in this account.`);
  const { options } = project;
  if (known !== null) {
    // Folders of a session are what they were when it began.
    if (known.session.project?.id === project.id) return { status: 'placed', session: {}, options };
    const already = `This conversation began without the project "${name}". Ask for it in a new issue.`;
    return asked === undefined ? WITHOUT : wrong(already);
  }
  return placeSides(deps, trigger, project);
}

async function placeSides(deps: Deps, { thread, author }: Trigger, project: Project): Promise<PlacedProject> {
  const { id, name, repositories, options } = project;
  const others = repositories.filter((one) => one.id !== thread.repository.id);
  if (others.length === repositories.length) {
    return wrong(`The project "${name}" does not hold this repository.`);
  }
  const writable = others.filter(({ access }) => access === 'write').length;
  if (writable > MAX_WRITABLE_SIDES) {
    return wrong(`The project "${name}" writes to ${writable} others; ${MAX_WRITABLE_SIDES} can be.`);
  }
  const sides: SideRepository[] = [];
  const looked = others.map(async (one) => {
    const found = await deps.repositoryOf(one.id);
    // A token is of one installation.
    if (found === null || found.installationId !== thread.installationId) {
      return { one, problem: `The App is not installed on ${one.repository}.`, repository: null };
    }
    const { repository } = found;
    const right = judgePermission(
      author,
      await deps.permissionOf({ thread: { ...thread, repository }, author }),
    );
    const problem = right.status === 'allowed' ? null : `You can not push to ${one.repository}.`;
    return { one, problem, repository };
  });
  for (const { one, problem, repository } of await Promise.all(looked)) {
    if (problem !== null || repository === null) {
      return wrong(`${problem} Write "--project ${NO_PROJECT}" to do without the project "${name}".`);
    }
    const base = one.base ?? repository.defaultBranch;
    sides.push({ repository, access: one.access, base, branch: null });
  }
  const session = {
    project: { id, name, repositories },
    ...(sides.length > 0 ? { repositories: sides } : {}),
  };
  return { status: 'placed', session, options };
}

function wrong(problem: string): PlacedProject {
  return { status: 'wrong', problem };
}
