import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { changedFileSchema, runnerEventSchema } from '../../protocol/events.ts';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import { MAX_EVENT_BYTES } from '../../protocol/limits.ts';
import { classifyResult } from '../../runner/claude/classify-result.ts';
import { cutText, splitText } from '../../runner/claude/cut-text.ts';
import { FIRST_MAP_STATE, mapMessage } from '../../runner/claude/map-message.ts';
import { parseMessage } from '../../runner/claude/message-schema.ts';
import { parseCommand } from '../../runner/cli/parse-command.ts';
import { loadSettings } from '../../runner/config/load-settings.ts';
import { classifyGitFailure } from '../../runner/git/classify-git-failure.ts';
import { commitMessage, safeIdentity } from '../../runner/git/commit-message.ts';
import { parseDiff } from '../../runner/git/parse-diff.ts';
import { parsePushOutput } from '../../runner/git/parse-push-output.ts';
import { redactCredentials } from '../../runner/git/redact-credentials.ts';
import { parseTreeEntries } from '../../runner/git/tree-entries.ts';
import { fitEvent } from '../../runner/job/fit-event.ts';
import { openLeftover } from '../../runner/job/leftover-journal.ts';
import { Recaller } from '../../runner/job/recall.ts';
import { splitLines, takeWithin } from '../../runner/job/stored-lines.ts';
import { parseStat } from '../../runner/process/process-table.ts';
import { handshakeCloseCode } from '../../runner/socket/handshake-code.ts';
import { fuzz } from '../fuzz.ts';
import { hostileText, mutatedText } from '../inputs/hostile-text.ts';
import { mutatedJson, mutatedJsonText } from '../inputs/mutated-json.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = fixturesOf('runner-event').map(([, document]) => document);
const transcripts = new URL('../../runner/claude/fixtures/', import.meta.url);
const claudeLines = readdirSync(transcripts)
  .filter((name) => name.endsWith('.ndjson'))
  .flatMap((name) => readFileSync(new URL(name, transcripts), 'utf8').split('\n').filter(Boolean))
  .map((line): unknown => JSON.parse(line));

fuzz(
  'line of Claude: events that the protocol takes',
  fc.array(mutatedJson(claudeLines), { maxLength: 4 }),
  (lines) => {
    let state = FIRST_MAP_STATE;
    for (const line of lines) {
      const message = parseMessage(line);
      if (message === null) continue;
      if (message.type === 'result') expect(classifyResult(message, null)).toBeTypeOf('object');
      const mapped = mapMessage(message, state, 1_000, () => null);
      state = mapped.state;
      for (const event of mapped.events) {
        const fitted = fitEvent(event);
        expect(Buffer.byteLength(fitted.json)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
        expect(runnerEventSchema.safeParse(JSON.parse(fitted.json)).success).toBe(true);
      }
    }
  },
);

fuzz('event: fits a frame, whatever its size', mutatedJson(events), (document) => {
  const parsed = runnerEventSchema.safeParse(document);
  if (!parsed.success) return;
  const { json } = fitEvent(parsed.data);
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
  expect(runnerEventSchema.safeParse(JSON.parse(json)).success).toBe(true);
});

fuzz(
  'long text: cut within its size, in whole characters',
  fc.tuple(hostileText, fc.integer({ min: 8, max: 500 })),
  ([text, max]) => {
    const whole = text.toWellFormed();
    const { text: kept, bytes, cut } = cutText(whole, max);
    expect(bytes).toBe(Buffer.byteLength(whole));
    expect(cut).toBe(kept !== whole);
    expect(kept.isWellFormed()).toBe(true);
    expect(splitText(whole, max).join('')).toBe(whole);
  },
);

const journalText = fc
  .array(mutatedJsonText(events.map((event) => ({ at: 1, event }))), { maxLength: 6 })
  .map((lines) => lines.join('\n'));

fuzz('journal: what is left of one is read up to its damage', journalText, async (text) => {
  const path = join(folder, 'journal');
  writeFileSync(path, text);
  const recaller = new Recaller();
  recaller.beginLife();
  let visited = 0;
  const { stream } = await openLeftover(path, 1, (event) => {
    visited += 1;
    recaller.visit(event);
  });
  expect(stream.lastSeq).toBe(visited);
  expect(await stream.read(1, { maxLines: 1_000, maxBytes: 10_000_000 })).toHaveLength(visited);
  expect(recaller.end().turns).toBeGreaterThanOrEqual(0);
});

fuzz('lines: none is lost, none is torn', hostileText, (text) => {
  const bytes = Buffer.from(text);
  const lines = splitLines(bytes);
  expect(lines).toEqual(bytes.toString().split('\n').slice(0, -1));
  const some = takeWithin(lines, { maxLines: 3, maxBytes: 50 });
  expect(some.length).toBeLessThanOrEqual(3);
  if (lines.length > 0) expect(some.length).toBeGreaterThan(0);
});

const DIFF =
  ':100644 100644 aaa bbb M\0a.txt\0:100644 100644 aaa bbb R090\0old\0new\x003\t1\ta.txt\x00-\t-\t\0old\0new\0';
fuzz('diff: changed files, or an error that says so', mutatedText([DIFF]), (output) => {
  let files: ReturnType<typeof parseDiff>;
  try {
    files = parseDiff(output);
  } catch (error) {
    expect(String(error)).toMatch(/git diff-tree/);
    return;
  }
  for (const file of files) expect(changedFileSchema.safeParse(file).error).toBeUndefined();
});

const PUSH =
  'To https://x\n!\tHEAD:refs/heads/a\t[rejected] (fetch first)\n=\tHEAD:refs/heads/b\t[up to date]\nDone\n';
fuzz('output of a push: a verdict about this ref alone', mutatedText([PUSH]), (output) => {
  const verdict = parsePushOutput(output, 'refs/heads/a');
  expect(['accepted', 'non_fast_forward', 'refused', 'unknown']).toContain(verdict.kind);
  if (!output.includes(':refs/heads/a\t') && !output.includes(':refs/heads/a\n')) {
    expect(['unknown', 'accepted']).toContain(verdict.kind);
  }
});

fuzz(
  'failure of git: has a kind',
  fc.oneof(hostileText, mutatedText(['fatal: unable to access: returned error: 403'])),
  (stderr) => {
    for (const reason of ['exit', 'killed'] as const) {
      const failure = { ok: false, reason, command: 'git fetch', exitCode: 1, stdout: '', stderr } as const;
      expect(classifyGitFailure(failure)).toBeTypeOf('string');
    }
  },
);

fuzz(
  'listing of a tree: entries, or an error',
  mutatedText(['100644 blob aaaa\ta.txt\0', '040000 tree bbbb\tsrc\0']),
  (listing) => {
    try {
      for (const entry of parseTreeEntries(listing)) expect(['blob', 'tree', 'commit']).toContain(entry.type);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  },
);

fuzz(
  'secret: is nowhere in what was cleaned of it',
  fc.tuple(hostileText, fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/)),
  ([text, secret]) => {
    const cleaned = redactCredentials(`${text}${secret}${text} https://x:${secret}@host/`, [secret]);
    expect(cleaned).not.toContain(secret);
  },
);

const people = fc.record({
  login: hostileText,
  id: fc.option(fc.nat()),
  name: fc.option(hostileText),
  email: fc.option(hostileText),
});
fuzz(
  'commit message: one co-author at most, in one line',
  fc.tuple(hostileText, people),
  ([subject, coAuthor]) => {
    const message = commitMessage({ subject, body: '' }, coAuthor);
    const [first = '', ...rest] = message.split('\n');
    expect(first.trim()).not.toBe('');
    expect(rest.filter((line) => line.startsWith('Co-authored-by: '))).toHaveLength(1);
    expect(safeIdentity({ name: subject, email: subject }).email).toMatch(/^[^<>\s\0]+$/);
  },
);

fuzz(
  'arguments: a command, or a mistake that is named',
  fc.array(fc.oneof(hostileText, fc.constantFrom('start', 'doctor', '--url', '--json', '-h', '--')), {
    maxLength: 6,
  }),
  (args) => {
    expect(parseCommand(args).name).toBeTypeOf('string');
  },
);

const yaml = mutatedText([
  'url: http://x\nlabels: [a, b]\ncapacity: 2\nfolders:\n  - /srv\n',
  'a: &a [*a]\n',
  '{"url": 1}',
]);
fuzz(
  'settings: whole, or every mistake with its place',
  fc.tuple(yaml, hostileText, hostileText),
  ([file, url, labels]) => {
    writeFileSync(join(folder, 'signalbox-runner.yml'), file);
    const env = { SIGNALBOX_URL: url, SIGNALBOX_LABELS: labels };
    const loaded = loadSettings({ capacity: labels }, env, folder);
    if (loaded.status === 'ok') expect(loaded.settings.url).toMatch(/^https?:/);
    else expect(loaded.mistakes.length).toBeGreaterThan(0);
  },
);

fuzz(
  'row of the process table: a process, or nothing',
  mutatedText([`12 (a) b) S 1 2 3 ${'0 '.repeat(40)}`]),
  (text) => {
    expect(() => parseStat(text)).not.toThrow();
  },
);

fuzz('answer to a handshake: a close code, or an outage', fc.integer(), (status) => {
  expect(() => handshakeCloseCode(status)).not.toThrow();
});
