import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip, createGzip } from 'node:zlib';
import { findTranscript, usualTranscript } from '../claude/find-transcript.ts';

const NEWLINE = 0x0a;
const LOOK_BACK_BYTES = 64 * 1024;

/** A transcript at one moment: the CLI only ever appends, so that a length is enough. */
export type TranscriptMark = { file: string; bytes: number };

/** Claude's transcripts of this machine. */
export class Transcripts {
  readonly #configDir: string;

  constructor(configDir: string) {
    this.#configDir = configDir;
  }

  has(cwd: string, claudeSessionId: string): boolean {
    return findTranscript(this.#configDir, cwd, claudeSessionId) !== null;
  }

  /** Null when there is none. */
  async mark(cwd: string, claudeSessionId: string): Promise<TranscriptMark | null> {
    const file = findTranscript(this.#configDir, cwd, claudeSessionId);
    if (file === null) return null;
    const info = await stat(file).catch(() => null);
    return info === null ? null : { file, bytes: info.size };
  }

  /**
   * Puts a transcript of another machine where the CLI looks for it: in the folder that is named after the working
   * directory. Each line says where it was written; that place is this one now. What was said stays as it was.
   *
   * @param packed a gzip file, and the working directory that it speaks of
   */
  async put(
    to: { cwd: string; claudeSessionId: string },
    packed: { file: string; cwd: string },
  ): Promise<void> {
    const target = usualTranscript(this.#configDir, to.cwd, to.claudeSessionId);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const said = (cwd: string): string => `"cwd":${JSON.stringify(cwd)}`;
    const [was, is] = [said(packed.cwd), said(to.cwd)];
    const moved = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const line of linesOf(chunks)) yield line.replaceAll(was, () => is);
    };
    const next = `${target}.next`;
    const output = createWriteStream(next, { mode: 0o600 });
    await pipeline(createReadStream(packed.file), createGunzip(), moved, output);
    await rename(next, target);
  }
}

/** Each line with its end, however the bytes come. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield `${line}\n`;
  }
  if (rest !== '') yield rest;
}

/** Appends a transcript up to its mark, whole lines only, as gzip. */
export async function appendTranscript(mark: TranscriptMark, file: string): Promise<void> {
  const end = await lastLineEnd(mark);
  if (end === 0) return;
  const target = createWriteStream(file, { flags: 'a', mode: 0o600 });
  await pipeline(createReadStream(mark.file, { end: end - 1 }), createGzip(), target);
}

/** A line that is being written at the mark is left out. */
async function lastLineEnd({ file, bytes }: TranscriptMark): Promise<number> {
  const handle = await open(file, 'r');
  try {
    for (let end = bytes; end > 0; ) {
      const start = Math.max(0, end - LOOK_BACK_BYTES);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
      const found = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (found >= 0) return start + found + 1;
      end = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
}
