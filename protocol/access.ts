import { z } from 'zod';

/** What somebody may do in an account, the least first. Each may do all that those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/**
 * `viewer` reads. `operator` also hands work out: sessions, tasks, messages, retries. `admin` also decides who may:
 * people, keys, runners, settings.
 */
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** Whether a role is enough where another is needed. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
