import { describe, expect, it } from 'vitest';
import type { Project } from '../../protocol/projects.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { SessionSnapshot } from '../contracts.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { placeProject } from './place-project.ts';
import { readPayload, type Trigger } from './read-payload.ts';

const SESSION = { id: '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e' };
const LIBRARY: Repository = {
  id: 7,
  owner: 'acme',
  name: 'lib',
  cloneUrl: 'https://github.test/acme/lib.git',
  htmlUrl: 'https://github.test/acme/lib',
  defaultBranch: 'trunk',
  private: true,
};

function mention(): Trigger {
  const payload = examplePayload('issue_comment', 'created', { comment: { body: '@signalbox fix it' } });
  const read = readPayload('d1', 'issue_comment.created', payload);
  if (read.status !== 'trigger') throw new Error(read.reason);
  return read.trigger;
}
const trigger = mention();
const { repository: own, installationId } = trigger.thread;

const PROJECT: Project = {
  id: '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61',
  name: 'shop',
  description: '',
  options: { maxMinutes: 30 },
  repositories: [
    { id: own.id, repository: 'acme/app', access: 'write', base: null },
    { id: 7, repository: 'acme/lib', access: 'read', base: null },
  ],
  createdAt: 1,
  createdBy: 'ada',
  updatedAt: 1,
  updatedBy: 'ada',
};

type Deps = Parameters<typeof placeProject>[0];
function place(names: { asked?: string; configured?: string }, changes: Partial<Deps> = {}) {
  const deps: Deps = {
    projectOf: async (_trigger, name) => (name === 'shop' ? PROJECT : null),
    repositoryOf: async () => ({ installationId, repository: LIBRARY }),
    permissionOf: async () => ({ permission: 'write', roleName: 'write' }),
    session: () => ({ ...UNUSED, snapshot: async () => null }),
    ...changes,
  };
  return placeProject(deps, trigger, SESSION, { asked: names.asked, configured: names.configured });
}
const unused = async (): Promise<never> => {
  throw new Error('Nobody should have asked.');
};
const UNUSED = {
  submit: unused,
  addTask: unused,
  endTask: unused,
  repeatTask: unused,
  decide: unused,
  orderTask: unused,
  overview: unused,
};
const begun = (project?: { id: string }): Pick<Deps, 'session'> => ({
  session: () => ({
    ...UNUSED,
    snapshot: async () => ({ session: { project } }) as unknown as SessionSnapshot,
  }),
});

describe('a project of a mention', () => {
  it.each([{ asked: 'shop' }, { configured: 'shop' }, { asked: 'shop', configured: 'other' }])(
    'has its other repositories lie beside the one that it is asked for in: %o',
    async (names) => {
      expect(await place(names)).toEqual({
        status: 'placed',
        options: { maxMinutes: 30 },
        session: {
          project: { id: PROJECT.id, name: 'shop', repositories: PROJECT.repositories },
          repositories: [{ repository: LIBRARY, access: 'read', base: 'trunk', branch: null }],
        },
      });
    },
  );

  it('is left out where nobody names one, or somebody says so', async () => {
    const without = { status: 'placed', session: {}, options: {} };
    expect(await place({})).toEqual(without);
    expect(await place({ asked: 'none', configured: 'shop' })).toEqual(without);
  });

  it('is refused to who can not push to each of its repositories', async () => {
    const asked: number[] = [];
    const permissionOf: Deps['permissionOf'] = async ({ thread }) => {
      asked.push(thread.repository.id);
      return { permission: 'read', roleName: 'read' };
    };
    expect(await place({ configured: 'shop' }, { permissionOf })).toEqual({
      status: 'wrong',
      problem: 'You can not push to acme/lib. Write "--project none" to do without the project "shop".',
    });
    expect(asked).toEqual([7]);
    const down: Deps['permissionOf'] = () => Promise.reject(new Error('down'));
    await expect(place({ asked: 'shop' }, { permissionOf: down })).rejects.toThrow('down');
  });

  it('is refused where a repository is none of the same installation', async () => {
    const elsewhere = async () => ({ installationId: installationId + 1, repository: LIBRARY });
    const problem = expect.stringContaining('The App is not installed on acme/lib.');
    expect(await place({ asked: 'shop' }, { repositoryOf: elsewhere })).toEqual({ status: 'wrong', problem });
    expect(await place({ asked: 'shop' }, { repositoryOf: async () => null })).toMatchObject({ problem });
  });

  it('is refused where there is none of that name, or it does not hold this repository', async () => {
    expect(await place({ asked: 'gone' })).toMatchObject({
      problem: expect.stringContaining('no project called'),
    });
    const other = { ...PROJECT, repositories: PROJECT.repositories.slice(1) };
    expect(await place({ asked: 'shop' }, { projectOf: async () => other })).toMatchObject({
      problem: expect.stringContaining('does not hold this repository'),
    });
  });

  it('is that of the conversation: one that is named later is refused, and its folders stay as they are', async () => {
    expect(await place({ asked: 'shop' }, begun({ id: PROJECT.id }))).toEqual({
      status: 'placed',
      session: {},
      options: { maxMinutes: 30 },
    });
    expect(await place({ asked: 'shop' }, begun())).toMatchObject({
      problem: expect.stringContaining('Ask for it in a new issue'),
    });
    expect(await place({ configured: 'shop' }, begun())).toMatchObject({ session: {}, options: {} });
  });
});
