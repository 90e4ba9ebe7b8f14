import type { MeAnswer } from '../../protocol/people.ts';
import type { Caller } from '../access/caller.ts';

/** Who somebody is and what he reaches, for himself to read. */
export function describeCaller({ person, proof, reach }: Caller): MeAnswer {
  const accounts = reach.kind === 'deployment' ? [] : reach.accounts;
  return {
    login: person.login,
    id: person.id,
    proof: proof.kind,
    isDeploymentAdmin: reach.kind === 'deployment',
    accounts: accounts.map(({ account, role, repositories }) => ({
      account,
      role,
      repositories:
        repositories === 'all' ? 'all' : [...repositories].map(([id, one]) => ({ id, role: one })),
    })),
  };
}
