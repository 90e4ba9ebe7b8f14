import { describe, expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { readAccountEvent } from './read-account-event.ts';

describe('readAccountEvent', () => {
  it('reads a new installation and has its repositories listed', () => {
    expect(readAccountEvent('installation', examplePayload('installation', 'created'))).toMatchObject({
      status: 'news',
      account: { installationId: 123 },
      listRepositories: 123,
      reachable: [],
      unreachable: [],
    });
  });

  it.each(['deleted', 'suspend'])('takes the reach away when an installation is %s', (action) => {
    const payload = examplePayload('installation', action, {
      repositories: [{ id: 5, name: 'Space', full_name: 'octocat/Space', private: true }],
    });
    expect(readAccountEvent('installation', payload)).toMatchObject({
      account: { installationId: null },
      listRepositories: null,
      unreachable: [
        { id: 5, name: 'Space', cloneUrl: 'https://github.com/octocat/Space.git', private: true },
      ].map((repository) => expect.objectContaining(repository)),
    });
  });

  it('reads repositories that were taken from an installation', () => {
    const payload = examplePayload('installation_repositories', 'removed');
    expect(readAccountEvent('installation_repositories', payload)).toMatchObject({
      listRepositories: null,
      unreachable: [{ name: expect.any(String) }],
    });
  });

  it('reads a renamed repository with its new name, and a deleted one as out of reach', () => {
    const renamed = readAccountEvent('repository', examplePayload('repository', 'renamed'));
    expect(renamed).toMatchObject({
      status: 'news',
      account: null,
      reachable: [{ id: 186853261 }],
      unreachable: [],
    });
    const payload = examplePayload('repository', 'renamed', { action: 'deleted' });
    expect(readAccountEvent('repository', payload)).toMatchObject({
      reachable: [],
      unreachable: [{ id: 186853261 }],
    });
  });

  it('names what does not fit', () => {
    expect(readAccountEvent('installation', { action: 'created' })).toEqual({
      status: 'invalid',
      reason: expect.stringMatching(/^The payload does not fit: installation/),
    });
  });
});
