import type { TaskView } from '../../../protocol/task.ts';
import { isTerminal, type TaskState } from '../../../protocol/task-state.ts';
import type { SessionSnapshot } from '../../contracts.ts';
import type { GitHubWrite } from '../../github-write.ts';
import { GITHUB_WRITES_AN_HOUR, paceOf } from '../../installation/pace-writes.ts';
import { type Deadline, type LifecycleWorld, openDependencyOf } from './lifecycle-world.ts';

type CheckRun = Extract<GitHubWrite, { kind: 'check_run' }>;

/** What a heading may say in each state, written down apart from the code that writes it. */
const HEADINGS: Readonly<Record<TaskState, RegExp>> = {
  pending:
    /^(?:Queued|Waiting for a runner again|Waiting to try again|Held until somebody starts it|Waiting for other tasks)$/,
  pre_flight: /^Starting$/,
  running: /^Working$/,
  waiting_input: /^Waiting for (?:an answer|your next message)$/,
  paused: /^Paused$/,
  waiting_qa: /^Checking the work$/,
  qa_running: /^Checking the work$/,
  qa_failed: /^The checks failed$/,
  waiting_approval: /^Waiting for approval$/,
  approved: /^(?:Publishing|Opening the pull request)$/,
  completed: /^Done(?:, nothing had to be changed)?$/,
  rejected: /^Rejected$/,
  failed: /^Failed$/,
  cancelled: /^Cancelled$/,
  stopped: /^Stopped$/,
  exhausted: /^Ran out of its budget$/,
};

/** The conclusions that a check run may have in each state in which a task is over. */
const CONCLUSIONS: Readonly<Partial<Record<TaskState, readonly string[]>>> = {
  completed: ['success', 'neutral'],
  rejected: ['failure'],
  failed: ['failure'],
  cancelled: ['cancelled'],
  stopped: ['cancelled'],
  exhausted: ['timed_out'],
};

/** Edits of a comment are at most so far apart. */
const { editIntervalMs: EDIT_INTERVAL_MS } = paceOf(GITHUB_WRITES_AN_HOUR);

/**
 * Looks whether GitHub is told how each task stands: either what was written last says it, or, while the task lives, an
 * edit is due within the interval of edits.
 */
export async function checkSaid(
  world: LifecycleWorld,
  snapshot: SessionSnapshot,
  deadlines: readonly Deadline[],
): Promise<string[]> {
  const written = await world.written();
  return snapshot.tasks.flatMap((task) => {
    const due = deadlines.find(({ name }) => name === `comment:${task.number}`);
    if (due !== undefined && due.at > Date.now() + EDIT_INTERVAL_MS) {
      return [`The comment of task ${task.number} (${task.state}) is edited only at ${due.at}.`];
    }
    // An end is said at once; only what a runner tells late of a task that is over may follow it.
    if (due !== undefined && !isTerminal(task.state)) return [];
    const found = (kind: GitHubWrite['kind']) =>
      written.find((write) => write.kind === kind && 'taskId' in write && write.taskId === task.id);
    const comment = found('tracking_comment');
    const check = found('check_run');
    return [
      ...(comment?.kind === 'tracking_comment' ? checkComment(task, comment.body) : [noWord(task)]),
      ...(check?.kind === 'check_run' ? checkRun(task, check) : []),
    ];
  });
}

const noWord = ({ number }: TaskView) => `Nothing was ever said on GitHub of task ${number}.`;

function checkComment(task: TaskView, body: string): string[] {
  const heading = /^\*\*(.+?)\*\* · /m.exec(body)?.[1] ?? '';
  const rules: [boolean, string][] = [
    [HEADINGS[task.state].test(heading), `is headed "${heading}"`],
    [(task.held === true) === heading.startsWith('Held'), `is headed "${heading}", held: ${task.held}`],
    [isTrying(task) === heading.startsWith('Waiting to try'), `is headed "${heading}" while it waits to try`],
    [
      heading !== 'Waiting for other tasks' || openDependencyOf(task) !== null,
      'is headed as if it waited for other tasks',
    ],
    [task.failure === null || body.includes('**What to do:**'), 'does not say what to do about the failure'],
    [task.state !== 'stopped' || body.includes('`resume`'), 'does not say how to go on'],
    [
      task.state !== 'completed' || !body.includes('**What failed:**'),
      'tells of a failure of work that is done',
    ],
    [
      task.pullRequest === null || body.includes(`#${task.pullRequest.number}`),
      'does not name the pull request',
    ],
  ];
  return rules.flatMap(([holds, what]) =>
    holds ? [] : [`The comment of task ${task.number} (${task.state}) ${what}.`],
  );
}

const isTrying = ({ state, held, recovery }: TaskView) =>
  state === 'pending' && held !== true && recovery?.at != null;

function checkRun({ number, state }: TaskView, run: CheckRun): string[] {
  const told = run.state.status === 'completed' ? run.state.conclusion : run.state.status;
  const expected = CONCLUSIONS[state] ?? [state === 'pending' ? 'queued' : 'in_progress'];
  const problems = HEADINGS[state].test(run.title) ? [] : [`is titled "${run.title}"`];
  if (!expected.includes(told)) problems.push(`says ${told}`);
  return problems.map((what) => `The check run of task ${number} (${state}) ${what}.`);
}
