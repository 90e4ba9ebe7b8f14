import type { LoggedEvent } from '../../../protocol/events.ts';
import type { SessionStatus } from '../../../protocol/session.ts';
import type { TaskView } from '../../../protocol/task.ts';
import { isTerminal, TASK_TRANSITIONS, type TaskState } from '../../../protocol/task-state.ts';
import type { SessionSnapshot } from '../../contracts.ts';
import { checkSaid } from './check-said.ts';
import type { Deadline, LifecycleWorld } from './lifecycle-world.ts';

/** How the log has moved each task so far. */
export type Moves = Map<string, TaskState>;

/**
 * Looks whether everything that tells of the session tells the same, and whether something will happen to each task
 * by itself.
 *
 * @returns what does not hold; nothing when all is well.
 */
export async function checkAgreement(world: LifecycleWorld, moves: Moves): Promise<string[]> {
  const problems = checkLog(await world.newEvents(), moves);
  const deadlines = await world.deadlines();
  const snapshot = await world.snapshot();
  for (const task of snapshot.tasks) {
    problems.push(...checkTask(task, moves).map((what) => `Task ${task.number} (${task.state}): ${what}`));
    problems.push(...checkEnd(task, deadlines));
  }
  problems.push(...checkSession(snapshot));
  const shown = await world.pageShows(snapshot);
  if (shown !== null) problems.push(shown);
  if (problems.length === 0) problems.push(...(await checkSaid(world, snapshot, deadlines)));
  return problems;
}

/** Each move is one of the table's, and goes on where the one before it ended. */
function checkLog(events: readonly LoggedEvent[], moves: Moves): string[] {
  return events.flatMap(({ id, taskId, event }) => {
    if (taskId === null) return [];
    if (event.type === 'task.created') moves.set(taskId, 'pending');
    if (event.type !== 'task.moved') return [];
    const before = moves.get(taskId);
    moves.set(taskId, event.to);
    const { from, to, input } = event;
    const problems: string[] = [];
    if (before !== from) problems.push(`Event ${id} moves from ${from}, but the task was ${before}.`);
    if (TASK_TRANSITIONS[from][input] !== to)
      problems.push(`Event ${id}: "${input}" does not lead from ${from} to ${to}.`);
    return problems;
  });
}

/** The fields of a view follow from its state. */
function checkTask(task: TaskView, moves: Moves): string[] {
  const { id, state, endedAt, endsAt, failure, held, recovery, pullRequest, commitSha, question } = task;
  const over = isTerminal(state);
  const rules: [boolean, string][] = [
    [moves.get(id) === state, `the log has moved it to ${moves.get(id)}`],
    [(endedAt !== null) === over, `its end is ${endedAt}`],
    [over || held === true ? endsAt === null : endsAt != null, `it ends by itself at ${endsAt}`],
    [state !== 'failed' || failure !== null, 'it failed without a reason'],
    [question === undefined || !over, 'it still asks'],
    [failure === null || over || endsAt != null, 'it lives on with a failure'],
    [held !== true || state === 'pending', 'it is held although somebody has it'],
    [recovery?.at == null || state === 'pending', 'it waits for its next try although somebody has it'],
    [recovery === undefined || recovery.attempt <= recovery.maxAttempts, 'it was tried too often'],
    [pullRequest === null || commitSha !== null, 'it has a pull request without a commit'],
  ];
  return rules.flatMap(([holds, what]) => (holds ? [] : [what]));
}

/** Whatever nobody holds comes to an end of its own. */
function checkEnd({ number, state, held, endsAt }: TaskView, deadlines: readonly Deadline[]): string[] {
  const deadline = deadlines.find(({ name }) => name === `task:${number}`);
  if (isTerminal(state) || held === true) {
    return deadline === undefined ? [] : [`Task ${number} is ${state} and still has a deadline.`];
  }
  if (deadline === undefined) return [`Task ${number} is ${state} and waits for ever.`];
  const late = endsAt != null && deadline.at > Math.max(endsAt, Date.now()) + END_GRACE_MS;
  return late ? [`Task ${number} is looked after at ${deadline.at}, after its end at ${endsAt}.`] : [];
}

/** A runner that was told to end the job has a while for it. */
const END_GRACE_MS = 60_000;

/** One writer a workspace, and a session that says what its tasks do. */
function checkSession({ session, tasks }: SessionSnapshot): string[] {
  const living = tasks.filter(({ state }) => !isTerminal(state));
  const leased = living.filter(({ state }) => state !== 'pending');
  const problems = leased.length > 1 ? [`${leased.length} tasks of one workspace are with runners.`] : [];
  if (session.status === 'paused' || session.status === 'closed') return problems;
  const expected = expectedStatus(living);
  if (session.status !== expected) problems.push(`The session is ${session.status}, not ${expected}.`);
  return problems;
}

const WAITING: ReadonlySet<TaskState> = new Set(['waiting_input', 'paused', 'qa_failed', 'waiting_approval']);

function expectedStatus(living: readonly TaskView[]): SessionStatus {
  if (living.length === 0) return 'idle';
  return living.some(({ state, held }) => held === true || WAITING.has(state)) ? 'waiting' : 'active';
}
