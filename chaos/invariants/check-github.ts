import type { TaskState } from '../../protocol/task-state.ts';
import { type Check, doubles, type GitHubEvidence, type SessionEvidence, violationsOf } from './evidence.ts';

/** How a comment says that a task is over. */
const END_WORDS: Partial<Record<TaskState, RegExp>> = {
  completed: /^\*\*Done/m,
  rejected: /^\*\*Rejected/m,
  failed: /^\*\*Failed/m,
  cancelled: /^\*\*Cancelled/m,
  stopped: /^\*\*Stopped/m,
  exhausted: /^\*\*Ran out/m,
};

/** One comment, one check run and one pull request a task, and they say how it ended. */
export const checkGitHub: Check = (evidence) => {
  const { github, tasks } = evidence;
  if (github === null) return [];
  return violationsOf(evidence, {
    not_one_comment: tasks.flatMap((task) => commentFaults(github, task)),
    marker_twice: doubles(
      github.comments.flatMap(({ body }) => /<!-- signalbox:\S+ -->/.exec(body)?.[0] ?? []),
    ),
    not_one_pull_request: tasks.flatMap((task) => pullFaults(evidence, github, task)),
    check_run: checkRunFaults(github),
  });
};

type Task = SessionEvidence['tasks'][number];

function commentFaults({ comments }: GitHubEvidence, { id, state }: Task): string[] {
  const ours = comments.filter(({ body }) => body.includes(`<!-- signalbox:task:${id} -->`));
  if (ours.length !== 1) return [`${id} has ${ours.length} comments`];
  const says = END_WORDS[state]?.test(ours[0]?.body ?? '') ?? false;
  return says ? [] : [`${id} is ${state}, its comment says: ${headingOf(ours[0]?.body ?? '')}`];
}

function headingOf(body: string): string {
  return /^\*\*.*$/m.exec(body)?.[0] ?? '(nothing)';
}

/** A session's tasks share its branch; the last one that got through is what the pull request shows. */
function pullFaults({ tasks, plan }: SessionEvidence, { pulls }: GitHubEvidence, task: Task): string[] {
  const ours = pulls.filter(({ head }) => head === task.branch);
  const isPublished = task.state === 'completed' && task.commitSha !== null;
  if (ours.length > 1) return [`${task.id} has ${ours.length} pull requests`];
  if (!isPublished) return [];
  const [pull] = ours;
  if (pull === undefined) return [`${task.id} is completed and has no pull request`];
  const last = tasks.findLast(({ state, commitSha }) => state === 'completed' && commitSha !== null);
  const isLast = last?.id === task.id;
  const isOld = isLast && pull.headSha !== task.commitSha;
  const file = `${plan.nonce}.txt`;
  return [
    ...(isOld ? [`the pull request shows ${pull.headSha}, ${task.id} ended with ${task.commitSha}`] : []),
    ...(isLast && !pull.files.includes(file) ? [`the pull request lacks ${file}`] : []),
  ];
}

function checkRunFaults({ checkRuns }: GitHubEvidence): string[] {
  const keys = checkRuns.map(({ externalId, headSha }) => `${externalId} on ${headSha}`);
  return [
    ...doubles(keys).map((key) => `${key} has two check runs`),
    ...checkRuns.flatMap(({ externalId, conclusion }) =>
      conclusion === null ? [`${externalId} never ended`] : [],
    ),
  ];
}
