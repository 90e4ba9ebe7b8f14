import { z } from 'zod';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';

const accountSchema = accountKeySchema;
const nameSchema = z.string().min(1).max(600);

/** Where something is stuck: the object that holds it, and its name there. */
export const placeSchema = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('delivery'), account: accountSchema, id: nameSchema }),
  z.strictObject({
    at: z.literal('installation'),
    account: accountSchema,
    lane: nameSchema,
    key: nameSchema,
  }),
  z.strictObject({ at: z.literal('account'), account: accountSchema, lane: nameSchema, key: nameSchema }),
  z.strictObject({ at: z.literal('fleet'), account: accountSchema, lane: nameSchema, key: nameSchema }),
  z.strictObject({
    at: z.literal('lease'),
    account: accountSchema,
    taskId: taskIdSchema,
    epoch: z.int().positive(),
  }),
  z.strictObject({ at: z.literal('job'), account: accountSchema, taskId: taskIdSchema }),
  z.strictObject({
    at: z.literal('session'),
    account: accountSchema,
    sessionId: sessionIdSchema,
    lane: nameSchema,
    key: nameSchema,
  }),
  /** A part of the deployment that does not answer. */
  z.strictObject({ at: z.literal('source'), account: accountSchema, name: nameSchema }),
]);
export type Place = z.infer<typeof placeSchema>;

/** The id of an item in the API: its place, so that a retry finds it without a look-up. */
export function attentionIdOf(place: Place): string {
  return bytesToBase64Url(new TextEncoder().encode(JSON.stringify(place)));
}

/** Null for what is no id of ours. */
export function placeOf(id: string): Place | null {
  try {
    const bytes = Uint8Array.from(atob(id.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    return placeSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

function bytesToBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
