#!/usr/bin/env node
/**
 * Stands in for the Claude Code CLI where its own speed is not the question. Speaks the part of stream-json that a
 * turn needs, and answers `[[lines:<count>@<a second> gate <file> offset <ms>]]` with so many lines of text. They begin
 * so long after the time that the file holds (ms since 1970), once there is such a file: sessions start together that
 * way, however long each took to come up. Each line's text is `{"seq":n,"at":ms}`: its number and when it was written,
 * in ms since 1970 with fractions.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const VERSION = '2.1.329';
const PROMPT = /\[\[lines:(\d+)@(\d+) gate (\S+) offset (\d+(?:\.\d+)?)\]\]/;
const LOOK_MS = 20;
const MS_A_SECOND = 1_000;

const now = () => performance.timeOrigin + performance.now();

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const NO_SESSION = '00000000-0000-4000-8000-000000000000';

/** The id comes as `--session-id=<id>`, `--session-id <id>` or, for a session that goes on, as `--resume`. */
function sessionIdIn(args) {
  return /--(?:session-id|resume)[= ]([0-9a-f-]{36})/.exec(args.join(' '))?.[1] ?? NO_SESSION;
}

function printInit(sessionId) {
  print({
    type: 'system',
    subtype: 'init',
    session_id: sessionId,
    model: 'claude-stand-in',
    claude_code_version: VERSION,
    tools: [],
    mcp_servers: [],
    uuid: 'init',
  });
}

function printText(sessionId, seq) {
  print({
    type: 'assistant',
    message: {
      id: `message-${seq}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-stand-in',
      content: [{ type: 'text', text: JSON.stringify({ seq, at: now() }) }],
    },
    parent_tool_use_id: null,
    session_id: sessionId,
    uuid: `text-${seq}`,
  });
}

function printResult(sessionId) {
  print({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'All lines are written.',
    terminal_reason: 'completed',
    num_turns: 1,
    duration_ms: 1,
    total_cost_usd: 0,
    usage: {},
    modelUsage: {},
    permission_denials: [],
    session_id: sessionId,
    uuid: 'result',
  });
}

/** When the gate opens: ms since 1970; null as long as nobody has said. */
function readGate(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

function play(sessionId, text) {
  printInit(sessionId);
  const [, count, aSecond, gate, offset] = PROMPT.exec(text) ?? [];
  if (gate === undefined) {
    printResult(sessionId);
    return;
  }
  const wait = () => {
    const opensAt = readGate(gate);
    if (opensAt === null) setTimeout(wait, LOOK_MS);
    else writeLines(sessionId, Number(count), MS_A_SECOND / Number(aSecond), opensAt + Number(offset));
  };
  wait();
}

/** Line n is due at `firstAt` + n × interval; a late timer is made up for, so that the rate holds. */
function writeLines(sessionId, count, intervalMs, firstAt) {
  let seq = 0;
  const next = () => {
    while (seq < count && firstAt + seq * intervalMs <= now()) {
      printText(sessionId, seq);
      seq += 1;
    }
    if (seq === count) printResult(sessionId);
    else setTimeout(next, Math.max(0, firstAt + seq * intervalMs - now()));
  };
  next();
}

function textOf({ content }) {
  return typeof content === 'string' ? content : content.map((block) => block.text ?? '').join('\n');
}

function serve(sessionId) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const message = JSON.parse(line);
    if (message.type === 'control_request') {
      const response = { subtype: 'success', request_id: message.request_id, response: { commands: [] } };
      print({ type: 'control_response', response });
    }
    if (message.type === 'user') play(sessionId, textOf(message.message));
  });
  lines.on('close', () => process.exit(0));
}

const args = process.argv.slice(2);
if (args.includes('--version')) console.log(`${VERSION} (Claude Code stand-in)`);
else if (args[0] === 'auth') print({ loggedIn: true, authMethod: 'none', apiProvider: 'stand-in' });
else serve(sessionIdIn(args));
