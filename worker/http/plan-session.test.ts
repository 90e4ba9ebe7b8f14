import { describe, expect, it } from 'vitest';
import { conversationKeySchema, sessionIdOf, sessionIdSchema } from '../../protocol/ids.ts';
import { workspaceSchema } from '../../protocol/workspace.ts';
import { apiSessionId, apiTriggerId, type KnownRepository, planSession, planTask } from './plan-session.ts';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

const repository = {
  id: 5,
  owner: 'octo',
  name: 'app',
  cloneUrl: 'https://github.com/octo/app.git',
  htmlUrl: 'https://github.com/octo/app',
  defaultBranch: 'main',
  private: true,
};
const known: KnownRepository = { account: 'github:1', installationId: 9, repository };

describe('apiSessionId', () => {
  it('is the same for the same Idempotency-Key, so that a retry meets what it made', () => {
    const id = apiSessionId('deploy-7', ID);
    expect(sessionIdSchema.parse(id)).toBe(apiSessionId('deploy-7', crypto.randomUUID()));
    expect(apiSessionId('deploy-8', ID)).not.toBe(id);
  });

  it('is random without a key', () => {
    expect(apiSessionId(null, ID)).toBe(ID);
  });
});

describe('planSession', () => {
  it('names the conversation after the session', () => {
    const body = { workspace: { type: 'local' as const, path: '/srv' } };
    const session = planSession(body, ID, 'api', 'local', null);
    expect(conversationKeySchema.parse(session.key)).toBe(`api:${ID}`);
    expect(sessionIdOf(session.key)).toBe(ID);
    expect(session).toMatchObject({ account: 'local', title: '/srv', thread: null });
  });

  it('takes the first line of the prompt for a title when none is given', () => {
    const prompt = `${'Mend '.repeat(40)}\nand more`;
    const body = { workspace: { type: 'local' as const, path: '/srv' }, prompt };
    expect(planSession(body, ID, 'api', 'local', null).title).toMatch(/^(Mend ){19}Mend…$/);
  });

  it("never sends a token to an address of the caller: the App's own record of the repository wins", () => {
    const workspace = workspaceSchema.parse({
      type: 'github',
      repository: { ...repository, cloneUrl: 'https://evil.example/octo/app.git' },
      ref: { kind: 'branch', base: 'main' },
    });
    const body = { workspace };
    expect(planSession(body, ID, 'api', 'local', known)).toMatchObject({
      account: 'github:1',
      installationId: 9,
      workspace: { type: 'github', repository },
    });
  });
});

describe('planTask', () => {
  it('names the trigger after the call and fills in the default options', () => {
    const caller = { person: { login: 'admin', id: null, name: null, email: null }, source: 'api' as const };
    expect(planTask({ prompt: 'Do it' }, caller, apiTriggerId('k', ID))).toMatchObject({
      triggerId: 'api:k',
      request: 'Do it',
      context: null,
      options: { maxMinutes: 10, approval: 'pull_request' },
    });
    expect(apiTriggerId(null, ID)).toBe(`api:${ID}`);
  });
});
