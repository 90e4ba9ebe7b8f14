import type { DependencyEnd } from './dependencies.ts';
import type { SessionUnit } from './session-unit.ts';
import { dependentPut } from './session-writes.ts';

/** Tells, durably, everybody whose task waits for this one how it ended. */
export function tellDependents(unit: SessionUnit, taskNumber: number, ended: DependencyEnd): void {
  const task = unit.task(taskNumber);
  const { dependents = [] } = task;
  if (dependents.length === 0) return;
  for (const dependent of dependents) unit.put(dependentPut(dependent, taskNumber, ended));
  unit.stage({ ...task, dependents: undefined });
}
