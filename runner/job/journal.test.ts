import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { runnerEventSchema } from '../../protocol/events.ts';
import { MAX_EVENT_BYTES, MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { KnownValues } from '../redact/known-values.ts';
import { Redactor } from '../redact/redactor.ts';
import { waitFor } from '../testing/wait-for.ts';
import { fitEvent } from './fit-event.ts';
import type { JournalDeps } from './journal.ts';
import { Journal } from './journal.ts';
import { openLeftover } from './leftover-journal.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, '1.ndjson');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textEvent = (text: string): RunnerEvent => ({ type: 'claude.text', text, parent: null });

function open(deps: Partial<JournalDeps> = {}): Journal {
  return new Journal(path, 1, {
    log: pino({ level: 'silent' }),
    now: () => 7,
    redact: (event) => event,
    onWritten: () => {},
    onStuck: () => {},
    ...deps,
  });
}

const LIMITS = { maxLines: 500, maxBytes: MAX_FRAME_BYTES };

async function textsIn(file: string): Promise<string[]> {
  const texts: string[] = [];
  await openLeftover(file, 1, ({ event }) =>
    texts.push(event.type === 'claude.text' ? event.text : event.type),
  );
  return texts;
}

describe('Journal', () => {
  it('writes the events of one turn of the event loop at once and in order', async () => {
    let writes = 0;
    const journal = open({ onWritten: () => writes++ });
    for (const text of ['a', 'b', 'c']) journal.append(textEvent(text));
    expect(journal.lastSeq).toBe(0);
    await Promise.resolve();
    expect({ writes, lastSeq: journal.lastSeq }).toEqual({ writes: 1, lastSeq: 3 });
    journal.close();
    expect(await textsIn(path)).toEqual(['a', 'b', 'c']);
  });

  it('reads back from any number, from memory and from disk alike', async () => {
    const journal = open();
    const texts = Array.from({ length: 400 }, (_, index) => `${index} ${'ä'.repeat((index * 37) % 9_000)}`);
    for (const text of texts) journal.append(textEvent(text));
    await waitFor('the writes', () => journal.isWritten);
    const lineOf = (text: string | undefined) => JSON.stringify({ at: 7, event: textEvent(text ?? '') });
    for (const seq of [1, 2, 57, 199, 200, 399, 400]) {
      const [first] = await journal.read(seq, { maxLines: 1, maxBytes: 1 });
      expect(first).toBe(lineOf(texts[seq - 1]));
    }
    expect(journal.recent(1, LIMITS)).toBeNull();
    expect(journal.recent(400, LIMITS)).toEqual([lineOf(texts[399])]);
    const frame = await journal.read(1, LIMITS);
    expect(frame.map((line) => line)).toEqual(texts.slice(0, frame.length).map(lineOf));
    expect(Buffer.byteLength(frame.join(','))).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    journal.close();
  });

  it('refuses to write to an epoch that another life has begun', () => {
    open().close();
    expect(() => open()).toThrow(/EEXIST/);
  });

  it('loses only the torn last line when the runner dies in the middle of a write, wherever that is', async () => {
    const journal = open();
    const texts = ['short', 'ünïcödé 🚦', 'x'.repeat(3_000)];
    for (const text of texts) journal.append(textEvent(text));
    journal.close();
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (cut) => {
        const torn = join(folder, 'torn.ndjson');
        rmSync(torn, { force: true });
        appendFileSync(torn, whole);
        truncateSync(torn, cut);
        const complete = whole.subarray(0, cut).toString('latin1').split('\n').length - 1;
        expect(await textsIn(torn)).toEqual(texts.slice(0, complete));
      }),
    );
  });

  it('stops at a damaged line and says which', async () => {
    const journal = open();
    journal.append(textEvent('a'));
    journal.close();
    appendFileSync(path, '\0\0\0\n{"at":7,"event":{"type":"claude.text","text":"b","parent":null}}\n');
    const { stream, damagedAt } = await openLeftover(path, 1);
    expect({ lastSeq: stream.lastSeq, damagedAt }).toEqual({ lastSeq: 1, damagedAt: 2 });
  });

  it('keeps every event through a full disk, in order and each once', async () => {
    let free = 90;
    const problems: unknown[] = [];
    const journal = open({
      onStuck: (error) => problems.push(error),
      write: ((fd: number, bytes: Buffer, offset: number, length: number) => {
        if (free === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        const count = Math.min(length, free);
        free -= count;
        return writeSync(fd, bytes, offset, count, null);
      }) as typeof writeSync,
    });
    for (const text of ['a', 'b', 'c']) journal.append(textEvent(text));
    await waitFor('the full disk', () => problems.length === 1);
    expect(journal.lastSeq).toBe(0);
    journal.append(textEvent('d'));
    let isWritten = false;
    const written = journal.written().then(() => {
      isWritten = true;
    });
    await Promise.resolve();
    expect(isWritten).toBe(false);
    free = 100_000;
    await written;
    journal.close();
    expect({ texts: await textsIn(path), problems: problems.length }).toEqual({
      texts: ['a', 'b', 'c', 'd'],
      problems: 1,
    });
  });

  it('writes no secret: neither a known value nor what looks like a credential', async () => {
    const secrets = ['s3cret "quoted" value'];
    const journal = open({ redact: (event) => new Redactor(new KnownValues(secrets)).event(event) });
    const token = `ghs_${'a1B2'.repeat(9)}`;
    journal.append(textEvent(`use ${secrets[0]} or ${token} or sk-ant-api03-${'x'.repeat(40)}`));
    journal.close();
    expect(await textsIn(path)).toEqual(['use [redacted] or [redacted] or [redacted]']);
  });
});

describe('fitEvent', () => {
  it('cuts the texts of an event until it fits a frame, and marks the cut', () => {
    const patch = { text: '\u0001'.repeat(200_000), bytes: 200_000, cut: false };
    const { event, json } = fitEvent({
      type: 'work.captured',
      tree: 'a'.repeat(40),
      changed: true,
      files: [],
      filesCut: false,
      insertions: 1,
      deletions: 0,
      patch,
    });
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_EVENT_BYTES);
    expect(event).toMatchObject({ patch: { cut: true, bytes: 200_000 } });
    expect(runnerEventSchema.safeParse(JSON.parse(json)).success).toBe(true);
  });

  it('never makes half a character', () => {
    const { json } = fitEvent(textEvent('🚦'.repeat(100_000)));
    expect(json).not.toContain('\\ud');
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_EVENT_BYTES);
  });

  it('puts a notice in the place of an event that the control plane would refuse for ever', () => {
    const { event, replaced } = fitEvent({ type: 'notice', level: 'info', text: 'x'.repeat(5_000) });
    expect(replaced).toContain('notice: text');
    expect(event).toMatchObject({ type: 'notice', level: 'error' });
  });
});
