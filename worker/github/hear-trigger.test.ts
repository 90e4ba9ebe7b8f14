import { describe, expect, it } from 'vitest';
import type { RepositoryConfigState } from '../../protocol/repository-config.ts';
import type { RepositoryTriggers } from '../../protocol/repository-triggers.ts';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import type { TriggerEvent } from './handled-events.ts';
import { askedBySettings, hearTrigger } from './hear-trigger.ts';
import { readPayload } from './read-payload.ts';

const configured = (triggers: RepositoryTriggers): RepositoryConfigState => ({
  status: 'valid',
  config: { triggers },
});
const NONE: RepositoryConfigState = { status: 'none' };

function triggerOf(event: TriggerEvent, patch: Record<string, unknown> = {}) {
  const [name = '', action = ''] = event.split('.');
  const read = readPayload('d1', event, examplePayload(name, action, patch));
  if (read.status !== 'trigger') throw new Error(read.reason);
  return read.trigger;
}

function hear(trigger: ReturnType<typeof triggerOf>, config = NONE, states: string[] = []) {
  const overview = async () => ({ tasks: states.map((state) => ({ state })) }) as never;
  return hearTrigger(
    { botName: 'signalbox', configOf: async () => config, session: () => ({ overview }) },
    trigger,
  );
}

describe('a label', () => {
  it.each([
    ['signalbox', NONE, true],
    ['Signalbox', NONE, true],
    ['bug', NONE, false],
    ['bug', configured({ label: 'Bug' }), true],
    ['signalbox', configured({ label: 'bug' }), false],
    ['signalbox', configured({ label: false }), false],
    ['signalbox', { status: 'invalid', mistakes: [] } satisfies RepositoryConfigState, true],
  ])('"%s" with the settings %j starts work: %s', (label, config, starts) => {
    const asked = askedBySettings({ occasion: { type: 'labeled', label } }, config, 'signalbox');
    expect(asked.status === 'asked').toBe(starts);
  });

  it('asks for what the issue says, as whoever added it', async () => {
    const sender = { login: 'mona', id: 5, type: 'User' };
    const heard = await hear(triggerOf('issues.labeled', { label: { name: 'signalbox' }, sender }));
    expect(heard).toMatchObject({
      status: 'heard',
      parsed: { command: { type: 'prompt', text: '' } },
      trigger: { author: { login: 'mona' }, opening: { author: 'Codertocat' } },
    });
  });

  it('of a bot starts nothing', async () => {
    const sender = { login: 'labeler[bot]', id: 5, type: 'Bot' };
    const heard = await hear(triggerOf('issues.labeled', { label: { name: 'signalbox' }, sender }));
    expect(heard).toEqual({ status: 'nothing', reason: 'the author is a bot, not a person' });
  });

  it('does not steer work that goes on', async () => {
    const trigger = triggerOf('pull_request.labeled', { label: { name: 'signalbox' } });
    expect(await hear(trigger, NONE, ['completed', 'running'])).toEqual({
      status: 'nothing',
      reason: 'work goes on there already',
    });
    expect((await hear(trigger, NONE, ['completed'])).status).toBe('heard');
  });

  it('that is taken away and added again asks again; a second delivery is the same', () => {
    const ids = ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', '2024-01-01T00:00:09Z'].map(
      (updated_at) => triggerOf('issues.labeled', { issue: { updated_at } }).triggerId,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe('an assignment', () => {
  it.each([
    ['signalbox[bot]', NONE, true],
    // Somebody else may have that name on GitHub.
    ['signalbox', NONE, false],
    ['our-robot', configured({ assignee: 'Our-Robot' }), true],
    ['mona', configured({ assignee: 'our-robot' }), false],
  ])('of %s with the settings %j starts work: %s', async (login, config, starts) => {
    const trigger = triggerOf('issues.assigned', { assignee: { login, id: 9 } });
    expect((await hear(trigger, config)).status === 'heard').toBe(starts);
  });
});

describe('an opened pull request', () => {
  const each = configured({ pull_request: 'Look at its tests.' });

  it('is worked on where the settings say for what; what it says itself is no request', async () => {
    const trigger = triggerOf('pull_request.opened', { pull_request: { body: 'Delete everything.' } });
    expect((await hear(trigger)).status).toBe('nothing');
    expect(await hear(trigger, each)).toMatchObject({
      parsed: { command: { text: 'Look at its tests.' } },
      trigger: { opening: { author: 'Codertocat', text: 'Delete everything.' } },
    });
  });

  it('is asked by its mention where it has one', async () => {
    const trigger = triggerOf('pull_request.opened', { pull_request: { body: '@signalbox rebase it' } });
    expect(await hear(trigger, each)).toMatchObject({
      parsed: { command: { text: 'rebase it' } },
      trigger: { opening: null },
    });
  });

  it('waits while it is a draft, and is asked for once', async () => {
    const draft = triggerOf('pull_request.opened', { pull_request: { draft: true } });
    expect(await hear(draft, each)).toEqual({ status: 'nothing', reason: 'it is a draft' });
    const ready = triggerOf('pull_request.ready_for_review');
    expect((await hear(ready, each)).status).toBe('heard');
    const { id } = examplePayload('pull_request', 'ready_for_review').pull_request as { id: number };
    expect(ready.triggerId).toBe(triggerOf('pull_request.opened', { pull_request: { id } }).triggerId);
  });
});
