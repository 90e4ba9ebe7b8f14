#!/usr/bin/env node
/** Stands in for the Claude Code CLI; see README.md beside it. Plain JavaScript, so that it starts as fast as Node does. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const VERSION = '2.1.329';
const MODEL = 'claude-stand-in';
const WORK = /\[\[work:([^\]]*)\]\]/g;
const TOOL_SECONDS = 1;
/** Stands in the transcript where a request's work was done. */
const FINISHED = '{"type":"finished"}';

const args = process.argv.slice(2);
const home = process.env.CLAUDE_CONFIG_DIR ?? join(process.env.HOME ?? '/tmp', '.claude');

/** The id comes as `--session-id=<id>`, `--session-id <id>` or, for a session that goes on, as `--resume`. */
const sessionId = /--(?:session-id|resume)[= ]([0-9a-f-]{36})/.exec(args.join(' '))?.[1] ?? randomUUID();
const transcript = join(home, 'projects', process.cwd().replace(/[^a-zA-Z0-9]/g, '-'), `${sessionId}.jsonl`);
const liveFile = join(home, 'stand-in', 'live', String(process.pid));

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function inSession(fields) {
  print({ parent_tool_use_id: null, session_id: sessionId, uuid: randomUUID(), ...fields });
}

function say(content) {
  inSession({
    type: 'assistant',
    message: { id: randomUUID(), type: 'message', role: 'assistant', model: MODEL, content },
  });
}

function printInit() {
  const fields = { subtype: 'init', model: MODEL, claude_code_version: VERSION, tools: [], mcp_servers: [] };
  inSession({ type: 'system', ...fields });
}

/** @param status what the model's side answered with where it failed. */
function printResult(text, status = null) {
  inSession({
    type: 'result',
    subtype: 'success',
    is_error: status !== null,
    result: text,
    ...(status === null ? {} : { api_error_status: status }),
    terminal_reason: status === null ? 'completed' : 'api_error',
    num_turns: 1,
    duration_ms: 1,
    total_cost_usd: 0,
    usage: {},
    modelUsage: {},
    permission_denials: [],
  });
}

/** Follow-ups that reached it are told apart by their uuid, as the CLI does. */
function announce(uuid, state) {
  if (uuid !== undefined) inSession({ type: 'command_lifecycle', command_uuid: uuid, state });
}

function textOf({ content }) {
  return typeof content === 'string' ? content : content.map((block) => block.text ?? '').join('\n');
}

/** The last request of a text; a thread or an earlier turn may hold others. */
function workIn(text) {
  const found = [...text.matchAll(WORK)].at(-1);
  if (found === undefined) return null;
  const fields = Object.fromEntries(
    found[1]
      .trim()
      .split(/\s+/)
      .map((pair) => pair.split('=')),
  );
  const { lines, every, tool, times = 1 } = fields;
  return { ...fields, lines: Number(lines), every: Number(every), tool: tool === '1', times: Number(times) };
}

/** The transcript after the last work that was finished. */
function unfinished() {
  try {
    return readFileSync(transcript, 'utf8').split(FINISHED).at(-1);
  } catch {
    return '';
  }
}

function remember(message) {
  mkdirSync(join(transcript, '..'), { recursive: true });
  appendFileSync(transcript, `${JSON.stringify(message)}\n`);
}

function live(state) {
  writeFileSync(liveFile, JSON.stringify(state));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function runTool(name) {
  const id = `tool-${randomUUID()}`;
  const command = `echo ${name}; sleep ${TOOL_SECONDS}`;
  say([{ type: 'tool_use', id, name: 'Bash', input: { command } }]);
  live({ tool: true });
  // A process group of its own, as the CLI's commands have.
  const child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  live({ tool: false });
  const content = [{ type: 'tool_result', tool_use_id: id, content: output, is_error: false }];
  inSession({ type: 'user', message: { role: 'user', content } });
}

const turn = { isInterrupted: false };

/** Whether this is one of the first `times` tries of a work that is to fail so often; counted over all lives. */
function isToFail({ name, times }) {
  const file = join(home, 'stand-in', 'failed', name);
  mkdirSync(join(file, '..'), { recursive: true });
  let failed = 0;
  try {
    failed = Number(readFileSync(file, 'utf8'));
  } catch {
    // The first try.
  }
  if (failed >= times) return false;
  writeFileSync(file, String(failed + 1));
  return true;
}

async function work({ name, lines, every, tool, behave, times }) {
  const life = randomUUID();
  const fails = (behave === 'overloaded' || behave === 'crash') && isToFail({ name, times });
  if (fails && behave === 'overloaded') {
    printResult('API Error: 529 Overloaded', 529);
    return;
  }
  let seq = 0;
  for (; seq < lines && !turn.isInterrupted; seq += 1) {
    say([{ type: 'text', text: JSON.stringify({ name, life, seq }) }]);
    await wait(every);
    if (seq !== Math.floor(lines / 2)) continue;
    if (fails) process.exit(1);
    writeFileSync(`${name}.txt`, `${name}\n`);
    if (tool) await runTool(name);
  }
  if (behave === 'hang_before') return;
  if (behave === 'grandchild') {
    // A session of its own with our stdout: it keeps the pipe open after we are gone.
    spawn('sleep', ['1000'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
  }
  if (!turn.isInterrupted) remember({ type: 'finished' });
  printResult(JSON.stringify({ name, life, lines: seq }));
  if (behave === 'grandchild') process.stdout.write('', () => process.exit(0));
}

function becomeDeaf() {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  setInterval(() => {}, 60_000);
}

function serve() {
  mkdirSync(join(home, 'stand-in', 'live'), { recursive: true });
  live({ tool: false });
  process.on('exit', () => rmSync(liveFile, { force: true }));
  process.on('SIGTERM', () => process.exit(143));
  const state = { isWorking: false, isDeaf: false };
  const begin = async (message) => {
    state.isWorking = true;
    const text = textOf(message.message);
    const asked = workIn(text) ?? workIn(unfinished());
    remember(message);
    printInit();
    if (asked?.behave?.startsWith('hang')) {
      state.isDeaf = true;
      process.removeAllListeners('SIGTERM');
      becomeDeaf();
    }
    if (asked === null) printResult('There was nothing to do.');
    else await work(asked);
    state.isWorking = false;
    turn.isInterrupted = false;
  };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const message = JSON.parse(line);
    if (message.type === 'control_request') {
      if (message.request?.subtype === 'interrupt') {
        if (state.isDeaf) return;
        turn.isInterrupted = true;
      }
      const response = { subtype: 'success', request_id: message.request_id, response: { commands: [] } };
      print({ type: 'control_response', response });
    }
    if (message.type !== 'user') return;
    if (!state.isWorking) {
      void begin(message);
      return;
    }
    // What comes in the middle of a turn belongs to it.
    remember(message);
    announce(message.uuid, 'started');
    say([{ type: 'text', text: 'Noted.' }]);
    announce(message.uuid, 'completed');
  });
  lines.on('close', () => {
    if (!state.isDeaf) process.exit(0);
  });
}

if (args.includes('--version')) console.log(`${VERSION} (Claude Code stand-in)`);
else if (args[0] === 'auth') print({ loggedIn: true, authMethod: 'none', apiProvider: 'stand-in' });
else serve();
