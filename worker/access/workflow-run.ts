import type { AccountKey } from '../../protocol/ids.ts';
import { forbiddenProblem } from '../http/problem.ts';
import type { Caller } from './caller.ts';

/** A run of a workflow, by the key that its OIDC token was exchanged for. */
export type RunOfWorkflow = {
  account: AccountKey;
  repositoryId: number;
  /** The same for all keys of the run. */
  name: string;
  expiresAt: number;
};

/** Refuses everybody but a run of a workflow: no other key ends within the hour. @throws ProblemError */
export function mustBeRun({ source, proof, reach }: Caller): RunOfWorkflow {
  if (source === 'action' && proof.kind === 'api_key' && reach.kind === 'accounts') {
    const [only, ...others] = reach.accounts;
    const [repositoryId, ...more] = only === undefined ? [] : repositoriesIn(only.repositories);
    const isOne = others.length === 0 && more.length === 0;
    if (only !== undefined && repositoryId !== undefined && isOne && proof.expiresAt !== null) {
      return { account: only.account, repositoryId, name: proof.name, expiresAt: proof.expiresAt };
    }
  }
  throw forbiddenProblem(
    'Only a run of a workflow may do this, with a key that its OIDC token was exchanged for.',
    'Exchange the token of the run (POST /api/oidc/token), or register a runner of your own.',
  );
}

function repositoriesIn(repositories: 'all' | ReadonlyMap<number, unknown>): number[] {
  return repositories === 'all' ? [] : [...repositories.keys()];
}
