import { join } from 'node:path';
import { type RunningProcess, startProcess } from '../../local/process/start-process.ts';
import { baseEnvironment, type Listening, readListening } from '../../local/stack/parts.ts';

const START_DEADLINE_MS = 30_000;

/** Starts a server of this folder as a process of its own, as the product's Worker is one. */
export function startServer(file: string, postgresPort: number): Promise<RunningProcess<Listening>> {
  return startProcess({
    name: file,
    command: process.execPath,
    args: [join(import.meta.dirname, file)],
    env: {
      ...baseEnvironment(),
      PGHOST: '127.0.0.1',
      PGPORT: String(postgresPort),
      PGUSER: 'bench',
      PGDATABASE: 'postgres',
    },
    ready: readListening,
    deadlineMs: START_DEADLINE_MS,
  });
}
