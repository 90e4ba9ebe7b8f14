import type { TaskId } from '../../protocol/ids.ts';
import { addDependent, type DependencyEnd, noteDependency } from './dependencies.ts';
import type { SessionCore } from './session-core.ts';
import { startNextTask } from './start-task.ts';

/** A task that one of this session waits for has ended; when it was the last of them, the one here may start. */
export function settleDependency(
  core: SessionCore,
  taskNumber: number,
  dependency: TaskId,
  ended: DependencyEnd,
): void {
  const task = core.memory.tasks.get(taskNumber);
  if (task === undefined) return;
  const step = noteDependency(task, dependency, ended, Date.now());
  if (step.task === task) return;
  core.change((unit) => {
    unit.apply(step);
    startNextTask(unit);
  });
}

/** A task of another session waits for one of this. @returns how it ended; null: it will be told. */
export function takeDependent(
  core: SessionCore,
  taskNumber: number,
  dependent: TaskId,
): DependencyEnd | null {
  const task = core.memory.tasks.get(taskNumber);
  if (task === undefined) return 'gone';
  const { ended, step } = addDependent(task, dependent, Date.now());
  if (step.task !== task) core.change((unit) => unit.apply(step));
  return ended;
}
