import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { LineSplitter } from './line-splitter.ts';
import type { OutputRing } from './output-ring.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface CaptureOptions {
  logFile?: string | undefined;
  onLine: (line: string, stream: OutputStream) => void;
}

/**
 * Reads a child's output line by line: into a bounded ring, to `onLine`, and to a file when one is named.
 * The pipe is paused while the file is behind, so a chatty child waits instead of filling memory.
 */
export function captureOutput(
  child: ChildProcess,
  ring: OutputRing,
  { logFile, onLine }: CaptureOptions,
): void {
  const file = logFile ? createWriteStream(logFile, { flags: 'a', mode: 0o600 }) : undefined;
  // A full disk must not take down the supervisor of a process that still works.
  file?.on('error', (error) => ring.add(`(log file ${logFile} can't be written: ${error.message})`));

  const read = (source: Readable | null, stream: OutputStream) => {
    if (!source) return;
    const splitter = new LineSplitter();
    const take = (line: string) => {
      ring.add(line);
      onLine(line, stream);
    };
    source.on('data', (chunk: Buffer) => {
      if (file && !file.destroyed && !file.write(chunk)) {
        source.pause();
        file.once('drain', () => source.resume());
        file.once('close', () => source.resume());
      }
      for (const line of splitter.push(chunk)) take(line);
    });
    source.on('end', () => {
      for (const line of splitter.flush()) take(line);
    });
  };
  read(child.stdout, 'stdout');
  read(child.stderr, 'stderr');
  child.once('close', () => file?.end());
}
