import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runnerIdSchema } from '../../protocol/ids.ts';
import { labelSchema } from '../../protocol/task-options.ts';
import { writePrivateFile } from '../control/write-private-file.ts';

const registrationSchema = z.object({
  version: z.literal(1),
  url: z.url(),
  runnerId: runnerIdSchema,
  name: z.string(),
  /** A secret: the file is its owner's alone. */
  credential: z.string(),
  labels: z.array(labelSchema),
});
export type Registration = z.infer<typeof registrationSchema>;

/** What `register` leaves in the data folder for `start`. */
export function registrationPath(dataDir: string): string {
  return join(dataDir, 'registration.json');
}

export type RegistrationRead =
  | { status: 'found'; registration: Registration }
  | { status: 'none' }
  | { status: 'unreadable'; message: string };

export function readRegistration(dataDir: string): RegistrationRead {
  try {
    const content: unknown = JSON.parse(readFileSync(registrationPath(dataDir), 'utf8'));
    const parsed = registrationSchema.safeParse(content);
    if (parsed.success) return { status: 'found', registration: parsed.data };
    return { status: 'unreadable', message: `is no registration: ${z.prettifyError(parsed.error)}` };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { status: 'none' };
    const what = error instanceof Error ? error.message : String(error);
    return { status: 'unreadable', message: `can't be read: ${what}` };
  }
}

export function saveRegistration(dataDir: string, registration: Registration): void {
  writePrivateFile(registrationPath(dataDir), `${JSON.stringify(registration, null, 2)}\n`);
}
