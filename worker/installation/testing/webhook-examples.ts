import slice from './webhook-slice.json';

type Json = Record<string, unknown>;

const examples: Readonly<Record<string, Json>> = slice;

/**
 * One of GitHub's published payloads, with parts of it replaced.
 *
 * @param action null for an event that has none
 */
export function examplePayload(event: string, action: string | null, patch: Json = {}): Json {
  const name = action === null ? event : `${event}.${action}`;
  const found = examples[name];
  if (found === undefined) throw new Error(`scripts/make-webhook-slice.ts takes no ${name}.`);
  // Many examples come from webhooks of a repository; an App's have an installation.
  return merge(merge(found, { installation: { id: 123 } }), patch);
}

function merge(base: Json, patch: Json): Json {
  const merged = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
