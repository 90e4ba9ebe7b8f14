import { isTerminal, moveTask } from '../../protocol/task-state.ts';
import { type Check, type SessionEvidence, violationsOf } from './evidence.ts';

/** Every step of every task's life was a legal one, led to the state that is shown, and its life is over. */
export const checkMoves: Check = (evidence) => {
  const found = evidence.tasks.map((task) => replay(evidence, task.id));
  return violationsOf(evidence, {
    illegal_step: found.flatMap(({ illegal }) => illegal),
    not_settled: evidence.tasks.flatMap(({ id, state }) => (isTerminal(state) ? [] : [`${id} is ${state}`])),
    state_differs: evidence.tasks.flatMap(({ id, state }, index) =>
      found[index]?.state === state ? [] : [`${id} is ${state}, its log says ${found[index]?.state}`],
    ),
    epoch_went_back: evidence.tasks.flatMap(({ id }) => epochsBack(evidence, id)),
    internal_failure: evidence.tasks.flatMap(({ id, failure }) =>
      failure !== null && INTERNAL.has(failure.kind) ? [`${id}: ${failure.kind}: ${failure.message}`] : [],
    ),
  });
};

/** Failures that no fault of ours excuses: they name a bug. */
const INTERNAL: ReadonlySet<string> = new Set(['internal', 'bad_request', 'policy']);

function replay({ log }: SessionEvidence, taskId: string) {
  const illegal: string[] = [];
  let state: ReturnType<typeof startOf> = startOf();
  for (const logged of log) {
    if (logged.taskId !== taskId || logged.event.type !== 'task.moved') continue;
    const { from, to, input } = logged.event;
    const verdict = moveTask(from, input);
    const isLegal = from === state && verdict.status === 'moved' && verdict.to === to;
    if (!isLegal) illegal.push(`${taskId}: event ${logged.id}: ${state}: ${from} → ${to} by ${input}`);
    state = to;
  }
  return { illegal, state };
}

function startOf(): SessionEvidence['tasks'][number]['state'] {
  return 'pending';
}

function epochsBack({ log }: SessionEvidence, taskId: string): string[] {
  const epochs = log.flatMap((logged) =>
    logged.taskId === taskId && logged.event.type === 'job.assigned' ? [logged.event.epoch] : [],
  );
  return epochs.flatMap((epoch, index) =>
    index > 0 && epoch <= (epochs[index - 1] ?? 0)
      ? [`${taskId}: epoch ${epoch} after ${epochs[index - 1]}`]
      : [],
  );
}
