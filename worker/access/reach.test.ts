import { describe, expect, it } from 'vitest';
import { type Reach, reachesAnything, roleFor } from './reach.ts';

const READER: Reach = {
  kind: 'accounts',
  accounts: [
    {
      account: 'github:1',
      role: null,
      repositories: new Map([
        [10, 'viewer'],
        [11, 'operator'],
      ]),
    },
    { account: 'github:2', role: 'operator', repositories: 'all' },
  ],
};

describe('roleFor', () => {
  it.each([
    [{ account: 'github:1', repositoryId: 10 }, 'viewer'],
    [{ account: 'github:1', repositoryId: 11 }, 'operator'],
    [{ account: 'github:1', repositoryId: 12 }, null],
    [{ account: 'github:1', repositoryId: null }, null],
    [{ account: 'github:2', repositoryId: 99 }, 'operator'],
    [{ account: 'github:2', repositoryId: null }, 'operator'],
    [{ account: 'local', repositoryId: null }, null],
  ])('gives for %j the role %s', (thing, role) => {
    expect(roleFor(READER, thing)).toBe(role);
  });

  it('gives the holder of the admin key everything', () => {
    expect(roleFor({ kind: 'deployment' }, { account: 'github:5', repositoryId: 1 })).toBe('admin');
  });
});

describe('reachesAnything', () => {
  it('looks at accounts and repositories', () => {
    expect(reachesAnything(READER, 'operator')).toBe(true);
    expect(reachesAnything(READER, 'admin')).toBe(false);
    expect(reachesAnything({ kind: 'accounts', accounts: [] }, 'viewer')).toBe(false);
  });
});
