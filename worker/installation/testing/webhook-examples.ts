import examples from '@octokit/webhooks-examples';

type Json = Record<string, unknown>;

/** One of GitHub's published payloads, with parts of it replaced. `action` picks the example. */
export function examplePayload(event: string, action: string, patch: Json = {}): Json {
  const definition = examples.find((candidate) => candidate.name === event);
  const found = definition?.examples.find((example) => 'action' in example && example.action === action);
  if (found === undefined) throw new Error(`There is no example of ${event}.${action}.`);
  // Many examples come from webhooks of a repository; an App's have an installation.
  return merge({ ...structuredClone(found), installation: { id: 123 } }, patch);
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
