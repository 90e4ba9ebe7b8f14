import { describe, expect, it } from 'vitest';
import { sessionIdOf } from '../../protocol/ids.ts';
import { TASK_STATES } from '../../protocol/task-state.ts';
import type { SessionSnapshot, TaskRequest } from '../contracts.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import { handleTrigger } from './handle-trigger.ts';
import { readPayload } from './read-payload.ts';
import type { Deed, TriggerDeps } from './trigger-deps.ts';

const TASK = { id: 'session.1', number: 1, state: 'running' } as never;

/** The shell around the decision, with everything it does written down. */
function stage(changes: Partial<TriggerDeps> = {}) {
  const done: string[] = [];
  const requests: TaskRequest[] = [];
  const sessions: unknown[] = [];
  const deeds: Deed[] = [];
  const deps: TriggerDeps = {
    botName: 'signalbox',
    permissionOf: async () => ({ permission: 'write', roleName: 'write' }),
    configOf: async () => ({ status: 'none' }),
    taskDefaults: async () => ({}),
    templateOf: async () => null,
    templateNames: async () => ['update-package'],
    projectOf: async () => null,
    repositoryOf: async () => null,
    readThread: async () => [],
    readLinked: async () => [],
    readDiff: async () => [],
    imagesOf: async () => [],
    readPull: async () => {
      throw new Error('Nobody should have asked.');
    },
    readReview: async () => ({ files: [], threads: [] }),
    session: () => ({
      addTask: async (request) => {
        requests.push(request);
        return { status: 'ok', task: TASK };
      },
      submit: async (session, request) => {
        sessions.push(session);
        requests.push(request);
        return { status: 'task_created', task: TASK, duplicate: false };
      },
      endTask: async (number, how, by, reason) => {
        done.push(`${how} ${number} by ${by}: ${reason}`);
        return { status: 'ok', task: TASK };
      },
      repeatTask: async (number, how, triggerId, _by, options = {}) => {
        const given = Object.keys(options).length === 0 ? '' : ` with ${JSON.stringify(options)}`;
        done.push(`${how} ${number} for ${triggerId}${given}`);
        return { status: 'ok', task: TASK };
      },
      decide: async (number, { verdict, by, via, reason }) => {
        done.push(`${verdict} ${number} by ${by} in a ${via}: ${reason}`);
        return { status: 'ok', task: TASK };
      },
      orderTask: async (number, order) => {
        done.push(`${order.type} ${number} by ${order.by}`);
        return { status: 'ok', task: TASK };
      },
      snapshot: async () => null,
      overview: async () => null,
    }),
    react: (_trigger, content) => done.push(`react ${content}`),
    reply: (_trigger, body) => done.push(`reply: ${body}`),
    note: (_trigger, deed) => deeds.push(deed),
    ...changes,
  };
  return { deps, done, requests, sessions, deeds };
}

function trigger(
  body: string,
  event: 'issue_comment.created' | 'issues.opened' = 'issue_comment.created',
  patch = {},
) {
  const [name = '', action = ''] = event.split('.');
  const key = name === 'issues' ? 'issue' : 'comment';
  const payload = examplePayload(name, action, { [key]: { body }, ...patch });
  const read = readPayload('d1', event, payload);
  if (read.status !== 'trigger') throw new Error(read.reason);
  return read.trigger;
}

describe('handleTrigger', () => {
  it('passes a request on, apart from its thread', async () => {
    const entries = [
      { kind: 'comment', author: 'bob', text: 'Ignore all that', createdAt: 1, updatedAt: 1 },
      { kind: 'comment', author: 'signalbox[bot]', text: 'Working', createdAt: 2, updatedAt: 2 },
    ] as const;
    const { deps, done, requests, sessions } = stage({ readThread: async () => [...entries] });
    const handled = await handleTrigger(deps, trigger('@signalbox --minutes 20 fix it <!-- x -->'));
    expect(handled).toEqual({ status: 'done', reason: null, taskId: 'session.1' });
    expect(done).toEqual(['react eyes']);
    expect(requests).toMatchObject([
      {
        triggerId: 'issue_comment:492700400',
        source: 'github',
        requester: { login: 'Codertocat', id: 21031067 },
        request: 'fix it',
        options: { maxMinutes: 20, model: null, approval: 'pull_request' },
      },
    ]);
    expect(requests[0]?.context).toContain('<comment author="bob"');
    expect(requests[0]?.context).toContain("It looks like you accidently spelled 'commit'");
    expect(requests[0]?.context).not.toContain('Working');
    expect(sessions).toMatchObject([
      {
        id: sessionIdOf('github:186853002#1'),
        key: 'github:186853002#1',
        account: 'github:21031067',
        workspace: { type: 'github', ref: { kind: 'branch', base: 'master' } },
      },
    ]);
  });

  it('waits for the last task of the issues that are named, and says where there is none', async () => {
    const first = sessionIdOf('github:186853002#12');
    const asked: string[] = [];
    const base = stage();
    const { deps, requests, done } = stage({
      session: (id) => ({
        ...base.deps.session(id),
        submit: async (_session, request) => {
          requests.push(request);
          return { status: 'task_created', task: TASK, duplicate: false };
        },
        snapshot: async () => {
          asked.push(id);
          if (id !== first) return null;
          return { tasks: [2, 1].map((number) => ({ number, id: `${first}.${number}` })) } as never;
        },
      }),
    });
    await handleTrigger(deps, trigger('@signalbox ship it --after #12'));
    expect(requests).toMatchObject([{ request: 'ship it', after: [`${first}.2`] }]);
    await handleTrigger(deps, trigger('@signalbox ship it --after #12,13'));
    expect(done.at(-1)).toBe(
      'reply: There is no task in #13 to wait for. Ask for one there first, then ask again here.',
    );
    expect(requests).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });

  it('asks for no thread when the issue itself is the request', async () => {
    const { deps, requests } = stage({ readThread: () => Promise.reject(new Error('asked')) });
    await handleTrigger(deps, trigger('The login is slow.\n\n@signalbox', 'issues.opened'));
    expect(requests[0]?.request).toBe('The login is slow.');
    expect(requests[0]?.context).not.toContain('<description');
  });

  it('asks for the head of a pull request where the comment does not name it', async () => {
    const pull = {
      kind: 'pull',
      number: 1,
      headRef: 'topic',
      headSha: 'a'.repeat(40),
      baseRef: 'main',
      baseSha: 'b'.repeat(40),
      fork: true,
    } as const;
    const { deps, sessions } = stage({ readPull: async () => pull });
    await handleTrigger(
      deps,
      trigger('@signalbox fix it', 'issue_comment.created', { issue: { body: 'x', pull_request: {} } }),
    );
    expect(sessions).toMatchObject([{ workspace: { ref: pull }, thread: { headSha: 'a'.repeat(40) } }]);
  });

  it('lets nobody in when the permission can not be asked for', async () => {
    const { deps, done, requests } = stage({ permissionOf: () => Promise.reject(new Error('down')) });
    await expect(handleTrigger(deps, trigger('@signalbox fix it'))).rejects.toThrow('down');
    expect([done, requests]).toEqual([[], []]);
  });

  it('says what is wrong with an option, but only to those who may ask', async () => {
    const allowed = stage();
    await handleTrigger(allowed.deps, trigger('@signalbox --budget lots fix it'));
    expect(allowed.done).toEqual([expect.stringMatching(/^reply: Nothing was started:/)]);
    const stranger = stage({ permissionOf: async () => ({ permission: 'read', roleName: 'read' }) });
    await handleTrigger(stranger.deps, trigger('@signalbox --budget lots fix it'));
    expect(stranger.done).toEqual([]);
  });

  it.each([
    ['stop: wrong branch', ['react eyes', 'stop null by Codertocat: wrong branch']],
    ['retry', ['react eyes', 'retry null for issue_comment:492700400']],
    ['resume', ['react eyes', 'resume null for issue_comment:492700400']],
    [
      'resume --budget 5 --model opus',
      ['react eyes', 'resume null for issue_comment:492700400 with {"model":"opus","maxUsd":5}'],
    ],
    ['status', ['react eyes', 'reply: Nothing was asked for here yet.']],
    ['help', ['react eyes', expect.stringContaining('| `stop` |')]],
    ['approve', ['react eyes', 'approved null by Codertocat in a comment: null']],
    ['reject: no', ['react eyes', 'rejected null by Codertocat in a comment: no']],
    ['rework: use tabs', ['react eyes', 'rework null by Codertocat in a comment: use tabs']],
  ])('carries out "%s" without reading the thread', async (words, expected) => {
    const { deps, done, requests } = stage({ readThread: () => Promise.reject(new Error('asked')) });
    expect((await handleTrigger(deps, trigger(`@signalbox ${words}`))).status).toBe('done');
    expect(done).toEqual(expected);
    expect(requests).toEqual([]);
  });

  it('notes what was asked by those who may, done or refused, and nothing of others', async () => {
    const { deps, deeds } = stage();
    await handleTrigger(deps, trigger('@signalbox fix it'));
    await handleTrigger(deps, trigger('@signalbox retry'));
    const refused = { status: 'refused', code: 'not_found', message: 'No.', remedy: 'Ask.' } as const;
    const session = { ...deps.session('x'), endTask: async () => refused };
    await handleTrigger({ ...deps, session: () => session }, trigger('@signalbox stop'));
    await handleTrigger(deps, trigger('@signalbox help'));
    expect(deeds).toMatchObject([
      { action: 'task.created', taskId: 'session.1', refused: null },
      { action: 'task.retried', taskId: 'session.1', refused: null },
      { action: 'task.stopped', taskId: null, refused: 'not_found' },
    ]);
    const stranger = stage({ permissionOf: async () => ({ permission: 'read', roleName: 'read' }) });
    await handleTrigger(stranger.deps, trigger('@signalbox fix it'));
    expect(stranger.deeds).toEqual([]);
  });

  it('answers with the reason and the remedy when the session refuses', async () => {
    const { deps, done } = stage();
    const refused = {
      status: 'refused',
      code: 'not_found',
      message: 'Nothing runs.',
      remedy: 'Ask first.',
    } as const;
    const session = { ...deps.session('x'), endTask: async () => refused };
    const handled = await handleTrigger({ ...deps, session: () => session }, trigger('@signalbox stop'));
    expect(handled).toEqual({ status: 'ignored', reason: 'refused: Nothing runs.', taskId: null });
    expect(done.at(-1)).toBe('reply: Nothing runs.\n\nAsk first.');
  });

  it('tells what the settings of the repository allow, with the commands', async () => {
    const config = {
      authors: ['ada'],
      approval: 'before_push',
      limits: { usd: 3 },
      triggers: { label: 'robot', failed_checks: 1 },
      gates: { checks: [{ name: 'unit tests', command: 'npm test' }] },
    } as const;
    const { deps, done } = stage({ configOf: async () => ({ status: 'valid', config }) as never });
    await handleTrigger(deps, trigger('@signalbox help'));
    const said = done.at(-1) ?? '';
    for (const part of [
      '| `stop` |',
      '- **Who may ask**: people who may push, and ` ada `.',
      'the label ` robot `, an assignment of ` signalbox[bot] `, failed checks of what was pushed (1 time(s) at most)',
      'gates ` unit tests `; work waits until somebody approves it',
      '- **Limits**: $3.',
      '- **Templates**: ` update-package `.',
    ]) {
      expect(said).toContain(part);
    }
  });

  it('tells the place in the queue of a task that waits', async () => {
    const estimate = { startsAt: Date.parse('2026-11-24T06:50:00Z'), durationMs: 1, basedOn: 3 };
    const queue = { ahead: 3, reason: 'All runners are busy.', estimate };
    const waits = { number: 1, state: 'pending', queue, runnerName: null, usage: { costUsd: 0 } };
    const task = { ...waits, pullRequest: null, failure: null };
    const { deps, done } = stage();
    const overview = async () => ({ session: {}, tasks: [task] }) as never;
    await handleTrigger(
      { ...deps, session: () => ({ ...deps.session('x'), overview }) },
      trigger('@signalbox status'),
    );
    expect(done.at(-1)?.split('\n')).toEqual([
      'reply: Task 1 is **pending**.',
      '3 jobs are before it in the queue.',
      'All runners are busy.',
      'It is likely to start at 2026-11-24 06:50 UTC.',
    ]);
  });

  it.each(TASK_STATES)('can tell the status of a task that is %s', async (state) => {
    const task = {
      number: 2,
      state,
      runnerName: 'a`b',
      usage: { costUsd: 0.5 },
      pullRequest: null,
      failure: null,
    };
    const snapshot = { session: {}, tasks: [task], messages: [] } as unknown as SessionSnapshot;
    const { deps, done } = stage();
    const session = { ...deps.session('x'), overview: async () => snapshot };
    await handleTrigger({ ...deps, session: () => session }, trigger('@signalbox status'));
    expect(done.at(-1)).toBe(
      `reply: Task 2 is **${state.replaceAll('_', ' ')}**.\nRunner: \`ab\`.\nCost so far: $0.50.`,
    );
  });
});
