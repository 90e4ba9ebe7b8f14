import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { accountKeySchema, sessionIdSchema } from '../../protocol/ids.ts';
import { writePrivateFile } from '../control/write-private-file.ts';

/** Which project reports where. */
const attachmentSchema = z.object({
  version: z.literal(1),
  project: z.string(),
  url: z.string(),
  account: accountKeySchema.nullable(),
  session: sessionIdSchema.nullable(),
  /** `attach` made the settings file, so `detach` may take it away. */
  madeSettings: z.boolean(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** Enough that no two folders of one machine share a name. */
const NAME_CHARS = 16;

/** Where everything about one attached project lies; `project` is absolute. */
export function attachmentFolder(dataDir: string, project: string): string {
  const name = createHash('sha256').update(project).digest('hex').slice(0, NAME_CHARS);
  return join(dataDir, 'attached', name);
}

export const spoolOf = (folder: string) => join(folder, 'spool');
export const scriptOf = (folder: string) => join(folder, 'report.sh');
/** The number of the process that sends, for the script; the lock beside it is what counts. */
export const senderPidOf = (folder: string) => join(folder, 'sender.pid');
/** Made by the script when it throws reports away. */
export const fullMarkOf = (folder: string) => join(folder, 'full');
const fileOf = (folder: string) => join(folder, 'attachment.json');
const keyOf = (folder: string) => join(folder, 'key');
const problemOf = (folder: string) => join(folder, 'last-problem');

export function readAttachment(folder: string): Attachment | null {
  try {
    return attachmentSchema.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));
  } catch {
    return null;
  }
}

export function saveAttachment(folder: string, attachment: Attachment, key: string): void {
  writePrivateFile(keyOf(folder), `${key}\n`);
  writePrivateFile(fileOf(folder), `${JSON.stringify(attachment, null, 2)}\n`);
}

/** The key of the control plane; null when there is none. */
export const readKey = (folder: string): string | null => readTrimmed(keyOf(folder));

/** Why reports were not sent the last time, for people; null when they were. */
export const readProblem = (folder: string): string | null => readTrimmed(problemOf(folder));

export const noteProblem = (folder: string, message: string | null): void =>
  writePrivateFile(problemOf(folder), message ?? '');

function readTrimmed(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}
