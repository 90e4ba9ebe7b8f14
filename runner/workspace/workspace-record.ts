import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sessionIdSchema } from '../../protocol/ids.ts';
import { commitShaSchema } from '../../protocol/workspace.ts';

/** What the runner must still know about a session's folder after a restart. Lies outside of that folder. */
const recordSchema = z.object({
  version: z.literal(1),
  sessionId: sessionIdSchema,
  /** Whose folder it is: a session never changes from one project to another. */
  project: z.string(),
  type: z.enum(['github', 'worktree']),
  folder: z.string(),
  commonDir: z.string(),
  controlDir: z.string(),
  branch: z.string(),
  /** The commit whose trusted paths are on disk; null when they are the branch's own. */
  trustedFrom: commitShaSchema.nullable(),
  /** The folder was filled once, so what is in it may be somebody's work. */
  filled: z.boolean(),
  /** Being written to the folder; a crash leaves this behind and the next opening finishes it. */
  target: z.object({ tree: commitShaSchema, commit: commitShaSchema }).nullable(),
  lastUsedAtMs: z.number(),
  /** Which attempt worked here last; by it a runner knows whether somebody else has gone on since. */
  lastAttempt: z.object({ taskNumber: z.int(), epoch: z.int() }).nullable().default(null),
  /** The stored checkpoint that the folder goes back to. */
  restoredFrom: z.string().nullable().default(null),
});
export type WorkspaceRecord = z.infer<typeof recordSchema>;

type Known = Pick<WorkspaceRecord, 'trustedFrom' | 'filled' | 'target' | 'lastAttempt' | 'restoredFrom'>;

/** The record of a session that is opened, with what is known of its folder from before. */
export function renewRecord(
  before: WorkspaceRecord | null,
  place: Omit<WorkspaceRecord, 'version' | keyof Known>,
): WorkspaceRecord {
  const {
    trustedFrom = null,
    filled = false,
    target = null,
    lastAttempt = null,
    restoredFrom = null,
  } = before ?? {};
  return { version: 1, ...place, trustedFrom, filled, target, lastAttempt, restoredFrom };
}

const recordFile = (dataDir: string, sessionId: string): string =>
  join(dataDir, 'workspaces', `${sessionId}.json`);

/** The record of a session, or null when it has none that can be read. */
export async function readRecord(dataDir: string, sessionId: string): Promise<WorkspaceRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordFile(dataDir, sessionId), 'utf8')));
  } catch {
    return null;
  }
}

/** Writes a record whole or not at all. */
export async function writeRecord(dataDir: string, record: WorkspaceRecord): Promise<void> {
  const path = recordFile(dataDir, record.sessionId);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.next`, JSON.stringify(record, null, 2));
  await rename(`${path}.next`, path);
}

export async function removeRecord(dataDir: string, sessionId: string): Promise<void> {
  await rm(recordFile(dataDir, sessionId), { force: true });
}

/** The records of all sessions with a worktree on this machine. */
export async function listRecords(dataDir: string): Promise<WorkspaceRecord[]> {
  const names = await readdir(join(dataDir, 'workspaces')).catch(() => []);
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const records = await Promise.all(ids.map((id) => readRecord(dataDir, id)));
  return records.filter((record) => record !== null);
}
