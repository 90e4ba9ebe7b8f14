import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';
import { fromBase64Url, toBase64Url } from '../access/base64url.ts';

const nameSchema = z.string().min(1).max(600);

/** Where something is stuck: the object that holds it, and its name there. */
export const placeSchema = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('delivery'), account: accountKeySchema, id: nameSchema }),
  z.strictObject({
    at: z.literal('installation'),
    account: accountKeySchema,
    lane: nameSchema,
    key: nameSchema,
  }),
  z.strictObject({ at: z.literal('account'), account: accountKeySchema, lane: nameSchema, key: nameSchema }),
  z.strictObject({ at: z.literal('fleet'), account: accountKeySchema, lane: nameSchema, key: nameSchema }),
  z.strictObject({
    at: z.literal('lease'),
    account: accountKeySchema,
    taskId: taskIdSchema,
    epoch: z.int().positive(),
  }),
  z.strictObject({ at: z.literal('job'), account: accountKeySchema, taskId: taskIdSchema }),
  z.strictObject({
    at: z.literal('session'),
    account: accountKeySchema,
    sessionId: sessionIdSchema,
    lane: nameSchema,
    key: nameSchema,
  }),
  /** A part of the deployment that does not answer. */
  z.strictObject({ at: z.literal('source'), account: accountKeySchema, name: nameSchema }),
]);
export type Place = z.infer<typeof placeSchema>;

/** The id of an item in the API: its place, so that a retry finds it without a look-up. */
export function attentionIdOf(place: Place): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(place)));
}

/** Null for what is no id of ours. */
export function placeOf(id: string): Place | null {
  const bytes = fromBase64Url(id);
  if (bytes === null) return null;
  try {
    return placeSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}
