import { describe, expect, it } from 'vitest';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import { accountsFrom, call, openTerminal, post, sessionOf } from './testing/report-terminal.ts';

const newAccount = accountsFrom(212_000);
const terminal = (account = newAccount(), query = '') => openTerminal(account, query);

describe('a session that shows a terminal', () => {
  it('takes no tasks, messages or orders, and says where to go instead', async () => {
    const { hook, input, sessionId, account } = terminal();
    await hook(input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }));
    const refused = {
      status: 409,
      code: 'not_allowed',
      detail: /in the terminal of admin/,
      remedy: /in that terminal/,
    };
    for (const [path, body] of [
      [`/api/sessions/${sessionId}/messages`, { text: 'Also the window' }],
      [`/api/sessions/${sessionId}/tasks`, { prompt: 'Also the window' }],
      [`/api/tasks/${sessionId}.1/cancel`, {}],
      [`/api/tasks/${sessionId}.1/stop`, {}],
      [`/api/tasks/${sessionId}.1/retry`, {}],
      [`/api/tasks/${sessionId}.1/pause`, {}],
      [`/api/tasks/${sessionId}.1/input`, { text: 'Also the window' }],
    ] as const) {
      expect([path, await (await post(path, body)).json()]).toMatchObject([path, refused]);
    }
    const fleet = await (await call(`/api/runners?account=${account}`)).json();
    expect(fleet).toMatchObject({ queue: [] });
  });

  it('can be deleted at any time; a terminal that goes on to report gets a new one', async () => {
    const { hook, input, sessionId } = terminal();
    await hook(input('UserPromptSubmit', { prompt: 'Go', prompt_id: 'p1' }));
    expect((await call(`/api/sessions/${sessionId}`, { method: 'DELETE' })).status).toBeLessThan(300);
    expect((await call(`/api/sessions/${sessionId}`)).status).toBe(404);
    await hook(input('UserPromptSubmit', { prompt: 'Go on', prompt_id: 'p2' }));
    expect((await sessionOf(sessionId)).tasks).toMatchObject([{ number: 2, request: 'Go on' }]);
  });

  it('can be one that was made before and has no tasks, named by whoever reports', async () => {
    const account = newAccount();
    const made = await post('/api/sessions', {
      account,
      title: 'Release day',
      workspace: { type: 'local', path: '/home/mona/shop' },
    });
    const { session } = sessionAnswerSchema.parse(await made.json());
    for (const prompt of ['From one terminal', 'From another']) {
      const { hook, input } = terminal(account, `&session=${session.id}`);
      const response = await hook(input('UserPromptSubmit', { prompt, prompt_id: 'p1' }));
      expect(response.status).toBe(200);
    }
    expect(await sessionOf(session.id)).toMatchObject({
      session: { title: 'Release day', attached: { by: 'admin' } },
      tasks: [
        { request: 'From one terminal', state: 'running' },
        { request: 'From another', state: 'running' },
      ],
    });
  });

  it('is none of those in which runners work, and none that does not exist', async () => {
    const account = newAccount();
    const made = await post('/api/sessions', {
      account,
      workspace: { type: 'local', path: '/srv/app' },
      prompt: 'Work',
    });
    const { session } = sessionAnswerSchema.parse(await made.json());
    const busy = terminal(account, `&session=${session.id}`);
    const refused = await busy.hook(busy.input('UserPromptSubmit', { prompt: 'Go' }));
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'not_allowed' }]);
    const nowhere = terminal(account, `&session=${crypto.randomUUID()}`);
    expect((await nowhere.hook(nowhere.input('UserPromptSubmit', { prompt: 'Go' }))).status).toBe(404);
  });
});
