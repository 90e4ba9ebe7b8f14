import { expect, it } from 'vitest';
import type { MeAnswer } from '../../protocol/people.ts';
import { chosenAccount, may, reachedAccounts } from './choose-account.ts';

const READER: MeAnswer = {
  login: 'mona',
  id: 7,
  proof: 'browser',
  isDeploymentAdmin: false,
  accounts: [
    {
      account: 'github:1',
      role: null,
      repositories: [
        { id: 5, role: 'viewer' },
        { id: 6, role: 'operator' },
      ],
    },
    { account: 'github:2', role: 'admin', repositories: 'all' },
  ],
};

it('tells the role in an account from the most that somebody may do in any repository of it', () => {
  expect(reachedAccounts(READER)).toEqual([
    { account: 'github:1', role: null, bestRole: 'operator' },
    { account: 'github:2', role: 'admin', bestRole: 'admin' },
  ]);
  expect([may(null, 'viewer'), may('viewer', 'operator'), may('admin', 'operator')]).toEqual([
    false,
    false,
    true,
  ]);
});

it('takes the account of the address where it is reached, else the first', () => {
  const reached = reachedAccounts(READER);
  expect(chosenAccount(reached, '?account=github%3A2')?.account).toBe('github:2');
  expect(chosenAccount(reached, '?account=github%3A3')?.account).toBe('github:1');
  expect(chosenAccount([], '?account=github%3A2')).toBeNull();
});

it('lets whoever runs the deployment name any account', () => {
  const reached = reachedAccounts({ ...READER, isDeploymentAdmin: true, accounts: [] });
  expect(chosenAccount(reached, '')).toEqual({ account: undefined, role: 'admin', bestRole: 'admin' });
  expect(chosenAccount(reached, '?account=github%3A3')).toMatchObject({ account: 'github:3', role: 'admin' });
  expect(chosenAccount(reached, '?account=nonsense')?.account).toBeUndefined();
});
