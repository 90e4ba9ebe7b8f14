import { expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { type ReachChange, readReach } from './read-reach.ts';

const installation = { id: 7, account: { id: 5 } };

it.each<[string, string, Record<string, unknown>, Partial<ReachChange>]>([
  ['installation', 'deleted', {}, { type: 'lost', repositories: 'all', reason: 'The App was uninstalled.' }],
  ['installation', 'suspend', {}, { type: 'lost', repositories: 'all', reason: 'The App was suspended.' }],
  ['installation', 'unsuspend', {}, { type: 'regained', repositories: 'all' }],
  ['installation', 'created', {}, { type: 'regained', repositories: 'all' }],
  ['installation_repositories', 'removed', {}, { type: 'lost', repositories: [1296269] }],
  ['installation_repositories', 'added', {}, { type: 'regained' }],
  ['repository', 'renamed', { installation }, { type: 'changed', formerBranch: null }],
  [
    'repository',
    'edited',
    { installation, changes: { default_branch: { from: 'master' } } },
    { type: 'changed', formerBranch: 'master' },
  ],
  ['repository', 'transferred', { installation }, { type: 'transferred', from: 'github:1' }],
])('%s.%s', (event, action, patch, expected) => {
  const name = event as Parameters<typeof readReach>[0];
  expect(readReach(name, examplePayload(event, action, patch))).toMatchObject(expected);
});

it('takes a deleted repository for lost', () => {
  const payload = {
    ...examplePayload('repository', 'renamed', { repository: { id: 9 } }),
    action: 'deleted',
  };
  expect(readReach('repository', payload)).toMatchObject({ type: 'lost', repositories: [9] });
});

it('makes nothing of what it does not know', () => {
  expect(readReach('installation', { action: 'new_permissions_accepted' })).toEqual({ type: 'nothing' });
  expect(readReach('repository', {})).toEqual({ type: 'nothing' });
});
