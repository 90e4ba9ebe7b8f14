import { RECOVERY_RULES } from '../../../protocol/recovery.ts';
import {
  isTerminal,
  TASK_INPUTS,
  TASK_STATES,
  TASK_TRANSITIONS,
  type TaskInput,
} from '../../../protocol/task-state.ts';
import { conclusionOf, describeState } from '../render/describe-state.ts';
import { formatDuration } from '../render/format-quantities.ts';
import { newSessionRecord, newTaskRecord, type TaskRecord } from '../session-record.ts';
import { STATE_DEADLINES } from '../state-deadlines.ts';
import { issueSession, requestOf } from './make-requests.ts';

/** Who or what gives each input. What a person may do needs the right to write, or the role that is named. */
const GIVEN_BY: Readonly<Record<TaskInput, string>> = {
  assign: 'the Fleet: a runner has the job',
  requeue: 'the Fleet (the lease was lost), the runner (it drains), or Signalbox (a failure that may pass)',
  start: 'the runner: Claude has started',
  ask: 'the runner: Claude asks, needs a permission, or a person is to go on',
  answer: 'a person, or the default when nobody answers in time',
  pause: 'a person; it counts when Claude holds',
  resume: 'a person',
  finish_work: 'the runner: the work is captured',
  begin_gates: 'the runner',
  pass_gates: 'the runner',
  fail_gates: 'the runner',
  retry_gates: 'a person, or the runner while tries are left',
  override_gates: 'an admin',
  approve: 'a person where the policy is `before_push`, else the policy; the first answer counts',
  reject: 'a person; the first answer counts',
  rework: 'a person who rejects the work and has Claude try again',
  complete: 'the runner (nothing changed, or kept), the push, or GitHub (the pull request is open)',
  fail: 'the runner, GitHub, the Fleet, or a deadline',
  cancel: 'a person; its runner is asked first, and has 30 s to keep the work',
  stop: 'a person, or a deadline where a person was waited for; its runner is asked first',
  exhaust: 'the runner: a limit of the task is reached',
};

/** Every state as docs/lifecycle.md shows it, made from what the code does. */
export function stateTable(): string {
  const session = newSessionRecord(issueSession(), 0);
  const fresh = newTaskRecord(session, 1, requestOf('Mend it.'), 'request', [], 0);
  const rows = TASK_STATES.map((state) => {
    const pushed = state === 'completed';
    const task: TaskRecord = { ...fresh, active: true, pushed, view: { ...fresh.view, state } };
    const check = conclusionOf(task) ?? (state === 'pending' ? 'queued' : 'in progress');
    return `| \`${state}\` | ${describeState(task)} | ${check} | ${endOf(task)} | ${nextOf(task)} |`;
  });
  return [
    '| state | comment, check run and page say | check run | at most, then | what leads on |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function endOf(task: TaskRecord): string {
  const deadline = STATE_DEADLINES[task.view.state];
  if (deadline === null) return 'is over';
  const limit = deadline.limitText ?? formatDuration(deadline.limitMs(task));
  return `${limit}, then ${deadline.endText ?? deadline.end}`;
}

function nextOf({ view: { state } }: TaskRecord): string {
  const moves = Object.entries(TASK_TRANSITIONS[state]);
  if (moves.length === 0) return 'nothing';
  const endings: readonly string[] = ['fail', 'cancel', 'stop', 'exhaust'];
  const hasAll = !isTerminal(state) && endings.every((ending) => moves.some(([input]) => input === ending));
  const named = moves
    .filter(([input]) => !hasAll || !endings.includes(input))
    .map(([input, to]) => `\`${input}\` → \`${to}\``);
  return [...named, ...(hasAll ? ['any end'] : [])].join(', ');
}

/** Every input, who gives it, and where it is taken. */
export function inputTable(): string {
  const rows = TASK_INPUTS.map((input) => {
    const from = TASK_STATES.filter((state) => TASK_TRANSITIONS[state][input] !== undefined);
    return `| \`${input}\` | ${GIVEN_BY[input]} | ${from.map((state) => `\`${state}\``).join(', ')} |`;
  });
  return ['| input | given by | taken in |', '| --- | --- | --- |', ...rows].join('\n');
}

/** What follows by itself from each kind of failure. */
export function recoveryTable(): string {
  const words = {
    back_off: 'tried again',
    back_off_when_transient:
      'tried again where the runner says that it may pass (no answer, a timeout, a lock)',
    wait_for_reset: 'tried again after the reset, where that is known and at most 6 h away',
    never: 'needs a person',
  } as const;
  const rows = Object.entries(words).map(([rule, what]) => {
    const kinds = Object.entries(RECOVERY_RULES).flatMap(([kind, its]) =>
      its === rule ? [`\`${kind}\``] : [],
    );
    return `| ${kinds.toSorted().join(', ')} | ${what} |`;
  });
  return ['| failure | what follows |', '| --- | --- |', ...rows].join('\n');
}
