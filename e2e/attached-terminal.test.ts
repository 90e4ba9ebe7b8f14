import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModelEndpoint } from '../doubles/model/model-endpoint.ts';
import { baseEnvironment } from '../local/stack/parts.ts';
import { commandLogPageSchema } from '../protocol/http.ts';
import { claudeConversationKey, sessionIdOf } from '../protocol/ids.ts';
import { typesOf } from './harness/check-log.ts';
import { findProcesses } from './harness/find-processes.ts';
import { createTestWorld, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const BIN = join(import.meta.dirname, '../runner/bin.js');

/** The CLI that comes with the SDK. */
const CLAUDE = createRequire(import.meta.url).resolve(
  `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`,
);

/** By its form no secret, so that only its being in the environment gives it away. */
const SECRET = 'correct-horse-battery-staple';

let world: TestWorld;
let model: Awaited<ReturnType<typeof startModelEndpoint>>;
beforeAll(async () => {
  world = await createTestWorld();
  model = await startModelEndpoint();
});
afterAll(async () => {
  for (const project of projects) await run(project, process.execPath, [BIN, 'detach', '--discard']);
  await model?.close();
  await world?.close();
});

const projects: string[] = [];

/** A folder of a developer with settings of his own. */
async function newProject(name: string): Promise<string> {
  const project = join(world.dataDir, 'developer', name);
  await mkdir(join(project, '.claude'), { recursive: true });
  await writeFile(settingsOf(project), OWN_SETTINGS);
  projects.push(project);
  return project;
}

const settingsOf = (project: string) => join(project, '.claude', 'settings.local.json');

const OWN_SETTINGS = `{
    "permissions": { "allow": ["Bash(printf:*)"] },
    "hooks": {
        "Stop": [ { "hooks": [ { "type": "command", "command": "true" } ] } ]
    }
}
`;

/** One for each project, as on machines of their own. */
const dataDirOf = (project: string) => join(`${project}-home`, 'signalbox');

function environment(project: string) {
  const home = `${project}-home`;
  return {
    ...baseEnvironment(),
    HOME: home,
    SIGNALBOX_URL: world.stack.url,
    SIGNALBOX_DATA_DIR: dataDirOf(project),
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'demonstration',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DEPLOY_PASSWORD: SECRET,
  };
}

async function run(cwd: string, command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...environment(cwd), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
  const [code] = await once(child, 'exit');
  return { code, said };
}

const attach = (project: string, ...args: string[]) =>
  run(project, process.execPath, [BIN, 'attach', ...args], {
    SIGNALBOX_API_KEY: world.stack.secrets.adminKey,
  });

const detach = (project: string) => run(project, process.execPath, [BIN, 'detach']);

/** Claude Code as a developer starts it, but for its session's id, which he would not choose. */
async function claude(project: string, prompt: string, env: Record<string, string> = {}) {
  const id = randomUUID();
  const args = ['-p', prompt, '--session-id', id, '--permission-mode', 'acceptEdits'];
  const ended = await run(project, CLAUDE, args, env);
  const account = `github:${world.github.ownerId}`;
  return { ...ended, sessionId: sessionIdOf(claudeConversationKey(account, id)) };
}

/** Waits for the end of the first prompt of a terminal's session. */
async function finished(sessionId: string) {
  await world.inState(sessionId, 'completed');
  return world.session(sessionId);
}

describe('a Claude Code that a developer starts himself', () => {
  it('shows its prompts, tools and answers as a session, without the secrets of his machine', async () => {
    const project = await newProject('shop');
    const attached = await attach(project);
    expect(attached).toMatchObject({ code: 0, said: expect.stringContaining('reports to') });
    const { code, said, sessionId } = await claude(project, `[[bash:printf 'deployed with ${SECRET}']]`);
    expect([code, said]).toEqual([0, expect.stringContaining('The command printed')]);

    const { session, tasks } = await finished(sessionId);
    expect(session).toMatchObject({
      source: 'cli',
      status: 'idle',
      attached: { by: 'admin', host: hostname() },
      workspace: { type: 'local', path: project },
    });
    expect(tasks).toMatchObject([{ number: 1, requester: { login: 'admin' }, runnerName: null }]);
    const events = await until('the end of Claude Code is reported', async () => {
      const all = await world.events(session.id);
      return typesOf(all).filter((type) => type === 'notice').length === 2 ? all : null;
    });
    expect(typesOf(events).filter((type) => type.startsWith('claude.'))).toEqual([
      'claude.tool_use',
      'claude.tool_result',
      'claude.text',
      'claude.turn_ended',
    ]);
    expect(JSON.stringify(events)).toContain('deployed with');
    expect(JSON.stringify([events, session, tasks])).not.toContain(SECRET);
    await until('the record has the tool', async () => {
      const logs = await world.stack.api.get(`/api/sessions/${session.id}/logs`, commandLogPageSchema);
      return logs.items.some(({ tool, status }) => tool === 'Bash' && status === 'ok');
    });
  });

  it('is not held up and loses nothing when the control plane is away', async () => {
    const project = await newProject('offline');
    await attach(project);
    const { worker } = world.stack;
    await worker.current().stop(5_000);
    const alone = await claude(project, '[[bash:printf offline]]');
    expect(alone).toMatchObject({ code: 0, said: expect.stringContaining('The command printed: offline') });
    expect(alone.said).not.toMatch(/hook/i);
    await worker.restart();
    await finished(alone.sessionId);
    expect(
      typesOf(await world.events(alone.sessionId)).filter((type) => type === 'claude.tool_result'),
    ).toHaveLength(1);
  });

  it('keeps the settings of the project as they were, and leaves nothing behind when it is detached', async () => {
    const project = await newProject('tidy');
    await attach(project);
    await attach(project);
    const during = JSON.parse(await readFile(settingsOf(project), 'utf8'));
    expect(during.permissions).toEqual({ allow: ['Bash(printf:*)'] });
    expect(during.hooks.Stop).toHaveLength(2);
    const { sessionId } = await claude(project, '[[say:hello]]');
    expect(await detach(project)).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(settingsOf(project), 'utf8'))).toEqual(JSON.parse(OWN_SETTINGS));
    await finished(sessionId);
    expect(await readdir(join(dataDirOf(project), 'attached'))).toEqual([]);
    await until('the sender is gone', async () => (await findProcesses(dataDirOf(project))).length === 0);
  });

  it('can call the API by its own HTTP hooks, as the documentation writes them', async () => {
    const project = await newProject('direct');
    const address = `${world.stack.url}/api/hooks`;
    const http = (path: string) => [
      {
        hooks: [
          {
            type: 'http',
            url: `${address}/${path}`,
            headers: { Authorization: 'Bearer $SIGNALBOX_API_KEY' },
            allowedEnvVars: ['SIGNALBOX_API_KEY'],
            timeout: 2,
          },
        ],
      },
    ];
    const hooks = {
      UserPromptSubmit: http('events'),
      PostToolUse: http('tool-complete'),
      PostToolUseFailure: http('tool-complete'),
      Stop: http('events'),
    };
    await writeFile(settingsOf(project), JSON.stringify({ hooks }));
    const { code, sessionId } = await claude(project, '[[bash:printf direct]]', {
      SIGNALBOX_API_KEY: world.stack.secrets.adminKey,
    });
    expect(code).toBe(0);
    const { tasks } = await finished(sessionId);
    expect(tasks).toMatchObject([{ summary: 'The command printed: direct' }]);
    expect(typesOf(await world.events(sessionId))).toEqual(
      expect.arrayContaining(['claude.tool_use', 'claude.tool_result', 'claude.turn_ended']),
    );
  });

  it('is told at once when its key is wrong, and nothing is changed', async () => {
    const project = await newProject('stranger');
    const result = await run(project, process.execPath, [BIN, 'attach'], {
      SIGNALBOX_API_KEY: `sba_${'x'.repeat(43)}`,
    });
    expect(result).toMatchObject({ code: 1, said: expect.stringMatching(/key/) });
    expect(await readFile(settingsOf(project), 'utf8')).toBe(OWN_SETTINGS);
  });
});
