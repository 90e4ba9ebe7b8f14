import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HookReportsBody, hookReportsBodySchema } from '../../protocol/hooks.ts';
import { fullMarkOf, readProblem, saveAttachment, spoolOf } from './attachment.ts';
import { type SenderDeps, sendReports } from './send-reports.ts';

const KEY = 'sbk_local_0123456789abcdefghij';
const CLAUDE = 'f92a90c5-9bd8-4b86-9bbb-4c1bb140064d';

let folder: string;
let server: Server;
let bodies: HookReportsBody[];
/** What the control plane answers, in turn; then it stores. */
let answers: (number | 'cut')[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-spool-'));
  await mkdir(spoolOf(folder));
  bodies = [];
  answers = [];
  server = createServer(async (request, response) => {
    const body = hookReportsBodySchema.parse(JSON.parse(await text(request)));
    if (request.headers.authorization === `Bearer ${KEY}`) bodies.push(body);
    answer(response, answers.shift() ?? 200, body.reports.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const url = `http://127.0.0.1:${port}`;
  const base = { version: 1, project: '/home/mona/shop', url, madeSettings: false } as const;
  saveAttachment(folder, { ...base, account: 'local', session: null }, KEY);
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function answer(response: ServerResponse, status: number | 'cut', stored: number): void {
  if (status === 'cut') response.destroy();
  else if (status === 200) response.end(JSON.stringify({ sessionId: CLAUDE, stored, known: 0 }));
  else {
    const problem = {
      type: 'urn:x',
      title: 'No',
      status,
      code: 'x',
      detail: `Answer ${status}.`,
      remedy: 'Wait.',
    };
    response.writeHead(status).end(JSON.stringify(problem));
  }
}

let written = 0;
/** What the hook's script leaves. */
async function spool(input: Record<string, unknown>): Promise<void> {
  written += 1;
  const whole = { session_id: CLAUDE, cwd: '/home/mona/shop', hook_event_name: 'UserPromptSubmit', ...input };
  await writeFile(
    join(spoolOf(folder), `17950000000000${String(written).padStart(5, '0')}-7.json`),
    JSON.stringify(whole),
  );
}

const send = (over: Partial<SenderDeps> = {}) =>
  sendReports(folder, {
    fetch,
    env: {},
    random: () => 0,
    now: Date.now,
    signal: new AbortController().signal,
    idleMs: 0,
    retryMaxMs: 20,
    ...over,
  });

const prompts = () =>
  bodies.map(({ reports }) => reports.map(({ fact }) => ('text' in fact ? fact.text : fact.type)));

it('sends what waits in order, together, and then ends', async () => {
  for (const prompt of ['one', 'two', 'three']) await spool({ prompt, prompt_id: prompt });
  expect(await send()).toBe('idle');
  expect(prompts()).toEqual([['one', 'two', 'three']]);
  expect(bodies[0]).toMatchObject({ account: 'local', claudeSessionId: CLAUDE, cwd: '/home/mona/shop' });
  expect(await readdir(spoolOf(folder))).toEqual([]);
});

it('sends the reports of two terminals apart', async () => {
  const other = 'a92a90c5-9bd8-4b86-9bbb-4c1bb140064d';
  await spool({ prompt: 'mine' });
  await spool({ prompt: 'theirs', session_id: other });
  await spool({ prompt: 'mine again' });
  await send();
  expect(prompts()).toEqual([['mine', 'mine again'], ['theirs']]);
});

it.each([['cut'], [503], [429], [401]] as const)(
  'sends the same again after %s',
  async (failure) => {
    answers = [failure, failure];
    await spool({ prompt: 'one' });
    expect(await send()).toBe('idle');
    expect(prompts()).toEqual([['one'], ['one'], ['one']]);
    expect(new Set(bodies.map(({ reports }) => reports[0]?.key)).size).toBe(1);
    expect(readProblem(folder)).toBeNull();
  },
  120_000,
);

it('gives up for the time being when nobody answers for long, keeps everything and says why', async () => {
  answers = [503, 503];
  await spool({ prompt: 'one' });
  let nowMs = 0;
  const end = await send({ now: () => (nowMs += 20 * 60_000) });
  expect(end).toBe('gave_up');
  expect(await readdir(spoolOf(folder))).toHaveLength(1);
  expect(readProblem(folder)).toBe('Answer 503. Wait.');
});

it('throws only that report away which is refused, and sends the others', async () => {
  for (const prompt of ['one', 'two', 'three', 'four']) await spool({ prompt, prompt_id: prompt });
  answers = [422, 422, 422];
  await send();
  expect(prompts()).toEqual([
    ['one', 'two', 'three', 'four'],
    ['one', 'two'],
    ['one'],
    ['two', 'three', 'four'],
  ]);
});

it('takes out secrets before it cuts, by their form and by the values of this environment', async () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const padding = 'x'.repeat(49_990);
  await spool({
    hook_event_name: 'PostToolUse',
    tool_name: 'Bash',
    tool_use_id: 't1',
    tool_input: { command: 'deploy correct-horse' },
    tool_response: { stdout: `${padding} ${token}` },
  });
  await send({ env: { DEPLOY_PASSWORD: 'correct-horse', REGION: 'north' } });
  const sent = JSON.stringify(bodies);
  expect(sent).toContain('tool_completed');
  expect(sent).not.toContain('correct-horse');
  expect(sent).not.toContain(token.slice(0, 8));
});

it('drops what no hook of ours has written and what tells nothing', async () => {
  await writeFile(join(spoolOf(folder), '1795000000000000000-1.json'), '{ half');
  await spool({ hook_event_name: 'PreCompact' });
  expect(await send()).toBe('idle');
  expect([bodies, await readdir(spoolOf(folder))]).toEqual([[], []]);
});

it('says in the session that reports were thrown away', async () => {
  await writeFile(fullMarkOf(folder), '');
  await spool({ prompt: 'one' });
  await send();
  expect(prompts()).toEqual([[expect.stringMatching(/thrown away/)], ['one']]);
  await expect(readFile(fullMarkOf(folder))).rejects.toThrow('ENOENT');
});

it('leaves a project alone that was detached, or that another sender is busy with', async () => {
  await spool({ prompt: 'one' });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow = send({ fetch: (...args) => held.then(() => fetch(...args)) });
  expect(await send()).toBe('taken');
  release();
  expect(await slow).toBe('idle');
  await rm(join(folder, 'attachment.json'));
  expect(await send()).toBe('not_attached');
});
