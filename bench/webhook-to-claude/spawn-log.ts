import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findClaude } from '../world/find-claude.ts';

export type SpawnLog = {
  /** For `CLAUDE_CODE_PATH`: notes when it is started for a conversation, then becomes the real CLI. */
  executable: string;
  /** Starts so far, oldest first: ms since 1970. */
  read(): Promise<number[]>;
};

const NS_A_MS = 1_000_000;

/** Makes the noting executable in a folder. It costs each start the one or two milliseconds of `sh` and `date`. */
export async function createSpawnLog(folder: string): Promise<SpawnLog> {
  const executable = join(folder, 'claude');
  const file = join(folder, 'spawns');
  // Questions for the version or the login are no starts of a conversation.
  const script = `#!/bin/sh
case "$*" in *stream-json*) date +%s%N >> '${file}' ;; esac
exec '${findClaude()}' "$@"
`;
  await mkdir(folder, { recursive: true });
  await writeFile(file, '');
  await writeFile(executable, script, { mode: 0o755 });
  return {
    executable,
    read: async () =>
      (await readFile(file, 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((ns) => Number(ns) / NS_A_MS),
  };
}
