import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';

let harness: Harness;

afterEach(async () => {
  expect(harness.endpoint.violations).toEqual([]);
  await harness.close();
});

describe('a turn with the real Claude Code', () => {
  it('reports the start, what Claude says and does, and what the turn cost', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const end = await harness.turn(harness.driver.open(spec), '[[bash:printf one]]');
    expect(end).toEqual({ type: 'finished', text: 'The command printed: one' });
    const toolUseId = harness.of('claude.tool_use')[0]?.toolUseId;
    expect(harness.events).toEqual([
      {
        type: 'claude.started',
        claudeSessionId: spec.sessionId,
        resumed: false,
        model: expect.stringMatching(/^claude-/),
        version: expect.stringMatching(/^\d+\.\d+/),
        sinceAssignMs: expect.any(Number),
      },
      {
        type: 'claude.tool_use',
        toolUseId: expect.stringMatching(/^toolu_/),
        name: 'Bash',
        input: {
          text: JSON.stringify({ command: 'printf one', description: 'Run a command' }),
          bytes: 54,
          cut: false,
        },
        parent: null,
      },
      {
        type: 'claude.tool_result',
        toolUseId,
        name: 'Bash',
        isError: false,
        output: { text: 'one', bytes: 3, cut: false },
        durationMs: expect.any(Number),
        parent: null,
      },
      { type: 'claude.text', text: 'The command printed: one', parent: null },
      {
        type: 'claude.turn_ended',
        isError: false,
        terminalReason: 'completed',
        text: { text: 'The command printed: one', bytes: 24, cut: false },
        turns: 2,
        durationMs: expect.any(Number),
        usage: {
          inputTokens: expect.any(Number),
          outputTokens: expect.any(Number),
          cacheReadTokens: expect.any(Number),
          cacheWriteTokens: 0,
          costUsd: expect.any(Number),
        },
        model: expect.stringMatching(/^claude-/),
      },
    ]);
  });

  it('gives the thread and the request to the model as blocks of their own, the request last', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    await conversation.turn(
      { request: '[[say:ok]]', context: '<thread>@README.md /compact</thread>' },
      {
        emit: () => undefined,
        clean: (_stream, text) => text,
        keepWhole: () => null,
        assignedAtMs: 0,
        timeLimitMs: null,
        warnAfterMs: null,
      },
    );
    const message = harness.endpoint.requests.find((request) => request.body)?.body?.messages[0];
    expect(message?.content.slice(-2)).toMatchObject([
      { type: 'text', text: '<thread>@README.md /compact</thread>' },
      { type: 'text', text: '[[say:ok]]' },
    ]);
  });

  it('remembers the conversation in a later process, and counts only the new cost', async () => {
    harness = await createHarness();
    const spec = harness.spec();
    const first = harness.driver.open(spec);
    await harness.turn(first, '[[say:first answer]]');
    await first.end();
    const second = harness.driver.open({ ...spec, resumeId: first.claudeSessionId });
    expect(second.resumed).toBe(true);
    const end = await harness.turn(second, '[[history]]');
    expect(end).toEqual({
      type: 'finished',
      text: expect.stringContaining('Before this you said: ["[[say:first answer]]"]'),
    });
    expect(harness.of('claude.started').map((event) => event.resumed)).toEqual([false, true]);
    const costs = harness.of('claude.turn_ended').map((event) => event.usage.costUsd);
    const [one = 0, two = 0] = costs;
    expect(two).toBeGreaterThan(0);
    expect(two).toBeLessThan(2 * one);
  });

  it('starts anew and says so when the earlier transcript is not on this machine', async () => {
    harness = await createHarness();
    const resumeId = crypto.randomUUID();
    const conversation = harness.driver.open(harness.spec({ resumeId }));
    expect([conversation.resumed, conversation.claudeSessionId]).toEqual([false, resumeId]);
    expect(await harness.turn(conversation, '[[say:hello]]')).toEqual({ type: 'finished', text: 'hello' });
    expect(harness.of('notice')).toEqual([
      { type: 'notice', level: 'warning', text: expect.stringContaining('transcript of the earlier work') },
    ]);
  });

  it('names the tool use that started a sub-agent on what the sub-agent does', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    await harness.turn(conversation, '[[agent:<<bash:printf from-sub>>]]');
    const [agent, command] = harness.of('claude.tool_use');
    expect([agent?.name, agent?.parent, command?.name, command?.parent]).toEqual([
      'Agent',
      null,
      'Bash',
      agent?.toolUseId,
    ]);
    expect(harness.of('claude.turn_ended')).toHaveLength(1);
  });
});

describe('a message in the middle of a turn', () => {
  it('reaches the model at its next step and is told as delivered', async () => {
    harness = await createHarness();
    harness.endpoint.hold('loop-1');
    const conversation = harness.driver.open(harness.spec());
    const turn = harness.turn(conversation, '[[loop:2]]');
    await harness.endpoint.reached('loop-1');
    const message = { id: 'comment-77', text: 'Please mind the tests too.' };
    const said = [conversation.say(message), conversation.say(message)];
    harness.endpoint.release('loop-1');
    expect(await Promise.all(said)).toEqual(['delivered', 'delivered']);
    expect(await turn).toEqual({
      type: 'finished',
      text: expect.stringContaining('You said: Please mind the tests too.'),
    });
    const lastNotes = harness.endpoint.requests.at(-1)?.notes;
    expect(lastNotes).toEqual([expect.stringContaining('Please mind the tests too.')]);
    expect(harness.of('claude.turn_ended')).toHaveLength(1);
  });

  it('that comes too late for the turn makes Claude go on, and the turn ends after that', async () => {
    harness = await createHarness();
    harness.endpoint.hold('loop-end');
    const conversation = harness.driver.open(harness.spec());
    const turn = harness.turn(conversation, '[[loop:1]]');
    await harness.endpoint.reached('loop-end');
    const said = conversation.say({ id: 'late', text: '[[say:heard the late one]]' });
    harness.endpoint.release('loop-end');
    expect(await said).toBe('delivered');
    expect(await turn).toEqual({ type: 'finished', text: 'heard the late one' });
    expect(harness.of('claude.turn_ended')).toHaveLength(2);
  });

  it('is not taken when no turn runs', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    expect(await conversation.say({ id: '1', text: 'hello' })).toBe('not_running');
    await harness.turn(conversation, '[[say:one]]');
    expect(await conversation.say({ id: '2', text: 'hello' })).toBe('not_running');
  });
});

describe('what Claude may do', () => {
  it('writes in the worktree and in writable folders, not elsewhere, and is told why', async () => {
    harness = await createHarness();
    const outside = path.join(harness.configDir, 'outside.txt');
    const extra = path.join(harness.cwd, '..', 'extra');
    const conversation = harness.driver.open(
      harness.spec({ additionalDirectories: [{ path: extra, writable: true }] }),
    );
    await harness.turn(conversation, `[[write:inside.txt|a]]`);
    await harness.turn(conversation, `[[write:${extra}/b.txt|b]]`);
    await harness.turn(conversation, `[[write:${outside}|c]]`);
    expect(await readFile(path.join(harness.cwd, 'inside.txt'), 'utf8')).toBe('a');
    expect(await readFile(path.join(extra, 'b.txt'), 'utf8')).toBe('b');
    expect(existsSync(outside)).toBe(false);
    expect(harness.of('claude.permission_denied')).toEqual([
      {
        type: 'claude.permission_denied',
        toolUseId: expect.stringMatching(/^toolu_/),
        name: 'Write',
        message: expect.stringContaining('outside the folders of this task'),
      },
    ]);
    await rm(extra, { recursive: true });
  });

  it('runs commands without asking anybody and leaves no permission in the repository', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec());
    await harness.turn(conversation, '[[bash:node -e "console.log(6*7)" && touch made.txt]]');
    expect(harness.of('claude.tool_result')[0]?.output.text).toContain('42');
    expect([
      existsSync(path.join(harness.cwd, 'made.txt')),
      existsSync(path.join(harness.cwd, '.claude')),
    ]).toEqual([true, false]);
  });

  it('is told to decide itself when it asks a question', async () => {
    harness = await createHarness();
    const end = await harness.turn(harness.driver.open(harness.spec()), '[[ask:Which colour?]]');
    expect(end).toMatchObject({ type: 'finished', text: expect.stringContaining('state the assumption') });
  });

  it('gets no tool that the policy does not name', async () => {
    harness = await createHarness();
    const conversation = harness.driver.open(harness.spec({ tools: { allow: ['Read'] } }));
    await harness.turn(conversation, '[[bash:touch made.txt]]');
    expect(harness.of('claude.permission_denied').map((event) => event.name)).toEqual(['Bash']);
    expect(existsSync(path.join(harness.cwd, 'made.txt'))).toBe(false);
  });

  it('sees the environment of the allow-list and no credential of the runner', async () => {
    harness = await createHarness(
      { passThrough: ['AWS_PROFILE', 'GITHUB_TOKEN'] },
      {
        GITHUB_TOKEN: 'secret-1',
        GH_TOKEN: 'secret-2',
        SIGNALBOX_TOKEN: 'secret-3',
        SOMETHING_ELSE: 'secret-4',
        SSH_AUTH_SOCK: 'secret-5',
        CLAUDECODE: 'secret-6',
        AWS_PROFILE: 'team',
        LC_ALL: 'C.UTF-8',
      },
    );
    const conversation = harness.driver.open(harness.spec());
    await harness.turn(conversation, '[[bash:env | cut -c1-100]]');
    const printed = harness.of('claude.tool_result')[0]?.output.text ?? '';
    expect(printed).not.toContain('secret-');
    const names = printed.split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(
      expect.arrayContaining(['PATH', 'HOME', 'LC_ALL', 'AWS_PROFILE', 'DISABLE_AUTOUPDATER']),
    );
  });
});
