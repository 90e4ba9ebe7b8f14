import type { TaskId } from '../../../protocol/ids.ts';
import type { Failure } from '../../../protocol/outcome.ts';

/** Who and what a task's cost is counted against. */
export type Payers = {
  person: { id: number | null; login: string };
  /** Null: the work is in no repository of GitHub's. */
  repository: { id: number; name: string } | null;
};

/** May this task begin? */
export type AdmissionAsk = Payers & { taskId: TaskId };

/** `leftUsd`: what the narrowest budget has left for it; null when there is none. */
export type Admission =
  | { status: 'admitted'; leftUsd: number | null }
  | { status: 'refused'; failure: Failure };

/** What a turn has cost. `id` names the event that said so: told again, it counts once. */
export type Spend = Payers & { id: string; taskId: TaskId; usd: number; atMs: number };

/** GitHub's id survives a new login; people of the API may have none. */
export function personKey({ id, login }: Payers['person']): string {
  return id === null ? `name:${login.toLowerCase()}` : `github:${id}`;
}
