import type { RunnerEvent } from '../../../protocol/events.ts';
import type { JobCommand, NumberedCommand } from '../../../protocol/job.ts';
import type { QuestionReply } from '../../../protocol/questions.ts';
import { ifFailedSchema, type TaskView } from '../../../protocol/task.ts';
import type { TaskRequest } from '../../contracts.ts';
import type { DependencyEnd } from '../dependencies.ts';
import { requestOf, SHA } from '../testing/make-requests.ts';
import {
  captured,
  finished,
  gatesFinished,
  gatesStarted,
  published,
  pushed,
  started,
  turnEnded,
} from '../testing/runner-events.ts';
import { OTHER_RUNNER, RUNNER } from '../testing/test-session.ts';
import type { LifecycleStep, Wish } from './lifecycle-step.ts';
import { type LifecycleWorld, openDependencyOf } from './lifecycle-world.ts';

const BY = 'mona';

/** Lets one thing happen to the session. What does not fit is refused, which is an answer as well. */
export async function performStep(world: LifecycleWorld, step: LifecycleStep): Promise<void> {
  const task = await world.current();
  switch (step.type) {
    case 'onward':
      return goOnward(world, task);
    case 'obey':
      return obey(world, task);
    case 'wish':
      return wish(world, step.wish);
    case 'fact':
      return world.tell(step.fact);
    case 'connect':
      // Tickets of one epoch are for one runner.
      if (task !== null && step.epochs === 0) return world.connect(task, task.epoch, task.runnerId ?? RUNNER);
      // No ticket names an epoch before the first.
      if (task === null || task.epoch + step.epochs < 1) return;
      await world.connect(task, task.epoch + step.epochs, runnerOf(step).id);
      return;
    case 'assigned':
      if (task === null || task.epoch + step.epochs < 1) return;
      return world.test.rpc.jobAssigned(task.number, task.epoch + step.epochs, runnerOf(step));
    case 'lost':
      if (task === null || task.epoch + step.epochs < 1) return;
      return world.test.rpc.jobLost(task.number, task.epoch + step.epochs, 'The lease ran out.');
    case 'github':
      return answerGitHub(world, task, step.status);
    case 'dependency':
      await endDependency(world, step.ended);
      return;
    case 'time':
      return world.passTime(step.ms);
    case 'deadline': {
      const [next] = (await world.deadlines()).filter(({ name }) => name.startsWith('task:'));
      if (next !== undefined) await world.passTime(next.at - Date.now());
      return;
    }
    case 'evict':
      return world.test.evict();
  }
}

const runnerOf = ({ other }: { other: boolean }) =>
  other ? { id: OTHER_RUNNER, name: 'other' } : { id: RUNNER, name: 'signal-1' };

/** What would happen next if everything were well: people answer, the Fleet assigns, the runner works. */
async function goOnward(world: LifecycleWorld, task: TaskView | null): Promise<void> {
  if (task === null) return wish(world, 'submit');
  if (task.state === 'pending') {
    if (openDependencyOf(task) !== null && (await endDependency(world, 'completed'))) return;
    return assign(world, task);
  }
  if (!world.hasRunnerOf(task)) return world.connect(task, task.epoch, task.runnerId ?? RUNNER);
  const branch = task.branch ?? 'main';
  switch (task.state) {
    case 'pre_flight':
      return world.tell(started);
    case 'running':
      return world.tell(turnEnded, captured);
    case 'waiting_qa':
      return world.tell(gatesStarted);
    case 'qa_running':
      return world.tell(gatesFinished(true));
    case 'approved':
      await world.tell(pushed(branch), published(branch));
      return answerGitHub(world, task, 'done');
    case 'waiting_approval':
      // Every other task's work is not good enough, so that each way is gone often.
      await wish(world, task.number % 2 === 0 ? 'reject' : 'approve');
      return obey(world, task);
    case 'paused':
      await wish(world, 'resume');
      return obey(world, task);
    case 'qa_failed':
      await wish(world, 'retry_gates');
      return obey(world, task);
    case 'waiting_input':
      await wish(world, task.question === undefined ? 'submit' : 'answer');
      return obey(world, task);
    default:
      return obey(world, task);
  }
}

/** @returns whether a task of this session has waited for it. */
async function endDependency(world: LifecycleWorld, ended: DependencyEnd): Promise<boolean> {
  const { tasks } = await world.snapshot();
  const waiting = tasks.find((task) => task.state === 'pending' && openDependencyOf(task) !== null);
  const dependency = waiting === undefined ? null : openDependencyOf(waiting);
  if (waiting === undefined || dependency === null) return false;
  await world.test.rpc.dependencyEnded(waiting.number, dependency, ended);
  // Whoever was let go waits for it no more, and is told nothing.
  const now = (await world.snapshot()).tasks.find(({ id }) => id === waiting.id);
  return now !== undefined && openDependencyOf(now) !== dependency;
}

async function assign(world: LifecycleWorld, task: TaskView): Promise<void> {
  if (task.recovery != null && task.recovery.at !== null) {
    return world.passTime(task.recovery.at - Date.now());
  }
  await world.test.rpc.jobAssigned(task.number, task.epoch + 1, { id: RUNNER, name: 'signal-1' });
  await world.connect(task, task.epoch + 1);
}

async function obey(world: LifecycleWorld, task: TaskView | null): Promise<void> {
  const order = world.nextOrder();
  if (order !== null && task !== null) await world.tell(...answerTo(order, task));
}

function answerTo({ id, command }: NumberedCommand, task: TaskView): RunnerEvent[] {
  const taken: RunnerEvent = { type: 'command.taken', commandId: id };
  return [taken, ...consequenceOf(command, task)];
}

function consequenceOf(command: JobCommand, { branch }: TaskView): RunnerEvent[] {
  switch (command.type) {
    case 'cancel':
    case 'stop':
      return [finished({ type: command.type === 'cancel' ? 'cancelled' : 'stopped', rescueRef: null })];
    case 'pause':
      return [{ type: 'claude.paused' }];
    case 'resume':
      return [{ type: 'claude.resumed' }];
    case 'publish':
      return [pushed(branch ?? 'main'), published(branch ?? 'main')];
    case 'answer':
      return [
        { type: 'question.settled', questionId: command.questionId, how: 'answered', grants: null },
        started,
      ];
    case 'message':
      return [started];
    case 'retry_gates':
      return command.how === 'claude' ? [started] : [captured, gatesStarted];
    case 'override_gates':
      return [{ type: 'gates.overridden', tree: command.tree, by: command.by }];
    case 'finish':
      return [captured];
    case 'reject':
      return command.again
        ? [{ type: 'work.reverted', to: SHA, rescueRef: null }, started]
        : [finished({ type: 'rejected', reverted: true, rescueRef: null })];
  }
}

async function wish(world: LifecycleWorld, what: Wish): Promise<void> {
  const { rpc } = world.test;
  const { tasks } = await world.snapshot();
  const last = tasks.at(-1)?.number ?? 1;
  const { requester } = requestOf('x');
  switch (what) {
    case 'submit':
      await rpc.addMessage(requestOf('And the sign-up page too.'));
      return;
    case 'add_task':
      await rpc.addTask(requestOf('Then the footer.', { approval: 'before_push' }));
      return;
    case 'add_held_task':
      await rpc.addTask({ ...requestOf('Later, the header.'), held: true });
      return;
    case 'add_task_after':
      await rpc.addTask({ ...requestOf('When that is done, the menu.'), ...after(tasks.length) });
      return;
    case 'input':
      await rpc.addInput(last, requestOf('Use the new colours.'));
      return;
    case 'stop':
    case 'cancel':
      await rpc.endTask(null, what, BY, 'Enough.');
      return;
    case 'resume':
    case 'retry':
      await rpc.repeatTask(null, what, `test:${crypto.randomUUID()}`, requester);
      return;
    case 'answer':
    case 'decline':
      return answer(world, what === 'decline');
    case 'retry_gates':
      await rpc.orderTask(null, { type: what, how: 'claude', note: null, by: BY });
      return;
    case 'override_gates':
      await rpc.orderTask(null, { type: what, reason: null, by: BY });
      return;
    case 'start':
    case 'pause':
    case 'finish':
    case 'delete':
      await rpc.orderTask(last, { type: what, by: BY });
      return;
    case 'approve':
    case 'reject':
    case 'rework': {
      const verdict = ({ approve: 'approved', reject: 'rejected', rework: 'rework' } as const)[what];
      await rpc.decide(null, { verdict, by: BY, via: 'api', reason: null, tree: null }, 'api');
      return;
    }
    case 'pause_session':
      await rpc.update({ state: 'paused' }, BY);
      return;
    case 'open_session':
      await rpc.update({ state: 'open' }, BY);
      return;
  }
}

/** Two tasks of another session, and each answer to what follows when one fails. */
function after(tasks: number): Pick<TaskRequest, 'after' | 'ifFailed'> {
  const sessionId = crypto.randomUUID();
  const ifFailed = ifFailedSchema.options[tasks % ifFailedSchema.options.length];
  return { after: [`${sessionId}.1`, `${sessionId}.2`], ifFailed };
}

/** The question that is open, or else one that is not. */
async function answer(world: LifecycleWorld, declines: boolean): Promise<void> {
  const task = await world.current();
  if (task === null) return;
  const reply: QuestionReply = declines
    ? { type: 'declined', reason: null }
    : { type: 'answers', answers: [{ choices: ['One'], text: null }] };
  const questionId = task.question?.id ?? 'toolu_1';
  await world.test.rpc.answerQuestion(task.number, { questionId, reply, by: BY });
}

/** GitHub's answers: about commits that it was to make, and about the pull request. */
async function answerGitHub(
  world: LifecycleWorld,
  task: TaskView | null,
  status: 'done' | 'parked',
): Promise<void> {
  if (task === null) return;
  for (const { key, kind } of await world.written()) {
    if (kind !== 'signed_commits' || !key.startsWith(`sign:${task.id}:`)) continue;
    await world.test.rpc.githubWritten(
      status === 'done'
        ? { key, kind, status, sha: SHA, verified: true, reason: 'valid' }
        : { key, kind, status, message: 'Update is not a fast forward', remedy: 'Look at it.' },
    );
  }
  const key = `pull:${task.id}`;
  if (!(await world.written()).some((write) => write.key === key)) return;
  const url = 'https://github.test/acme/shop/pull/3';
  await world.test.rpc.githubWritten(
    status === 'done'
      ? { key, kind: 'pull_request', status, number: 3, url, existed: false }
      : { key, kind: 'pull_request', status, message: 'Not found.', remedy: 'Install the App.' },
  );
}
