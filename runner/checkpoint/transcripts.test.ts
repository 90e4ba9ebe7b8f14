import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../git/testing/make-repository.ts';
import { appendTranscript, Transcripts } from './transcripts.ts';

const ID = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e';
const line = (fields: object): string => `${JSON.stringify(fields)}\n`;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A transcript where the CLI keeps it for `/old/place`. */
function write(text: string): { from: Transcripts; file: string } {
  const projects = join(folder.path, 'from', 'projects', '-old-place');
  mkdirSync(projects, { recursive: true });
  const file = join(projects, `${ID}.jsonl`);
  writeFileSync(file, text);
  return { from: new Transcripts(join(folder.path, 'from')), file };
}

it('moves a transcript to where the CLI looks for it, and says only of the place that it is another', async () => {
  const said = 'I work in "cwd":"/old/place" — ünïcode \\n';
  const lines = line({ cwd: '/old/place', text: said }) + line({ cwd: '/old/place', signature: 'abc=' });
  const { from } = write(lines);
  const mark = await from.mark('/old/place', ID);
  if (mark === null) throw new Error('There is no transcript.');
  const packed = join(folder.path, 'packed');
  await appendTranscript(mark, packed);

  const to = new Transcripts(join(folder.path, 'to'));
  await to.put({ cwd: '/new $& place', claudeSessionId: ID }, { file: packed, cwd: '/old/place' });
  expect(to.has('/new $& place', ID)).toBe(true);
  const moved = readFileSync(join(folder.path, 'to', 'projects', '-new----place', `${ID}.jsonl`), 'utf8');
  expect(moved).toBe(
    line({ cwd: '/new $& place', text: said }) + line({ cwd: '/new $& place', signature: 'abc=' }),
  );
});

it('takes whole lines up to the mark and nothing that was written after it', async () => {
  const { from, file } = write(`${line({ a: 1 })}{"half":`);
  const mark = await from.mark('/old/place', ID);
  if (mark === null) throw new Error('There is no transcript.');
  appendFileSync(file, `true}\n${line({ b: 2 })}`);
  const packed = join(folder.path, 'packed');
  writeFileSync(packed, 'bundle');
  await appendTranscript(mark, packed);
  const written = readFileSync(packed);
  expect(written.subarray(0, 6).toString()).toBe('bundle');
  expect(gunzipSync(written.subarray(6)).toString()).toBe(line({ a: 1 }));
});

it('says that there is none where Claude has not written yet', async () => {
  const none = new Transcripts(join(folder.path, 'empty'));
  expect(none.has('/old/place', ID)).toBe(false);
  expect(await none.mark('/old/place', ID)).toBeNull();
});

it('refuses a transcript that is not whole, and leaves none', async () => {
  const to = new Transcripts(join(folder.path, 'to'));
  const packed = join(folder.path, 'packed');
  writeFileSync(packed, 'no gzip at all');
  await expect(to.put({ cwd: '/new', claudeSessionId: ID }, { file: packed, cwd: '/old' })).rejects.toThrow();
  expect(to.has('/new', ID)).toBe(false);
});
