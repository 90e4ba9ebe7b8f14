import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { JsonObject } from '../json.ts';

const payload = z.record(z.string(), z.json());
const examplesFile = z.array(z.object({ name: z.string(), examples: z.array(z.unknown()) }));

let byEvent: Map<string, unknown[]> | undefined;

function loadExamples(): Map<string, unknown[]> {
  if (byEvent) return byEvent;
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const parsed = examplesFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  byEvent = new Map(parsed.map(({ name, examples }) => [name, examples]));
  return byEvent;
}

const found = new Map<string, JsonObject>();

/**
 * A payload that GitHub really sent for this event and action, with its sender's and repository's names still in it.
 * Throws for an event or action of which there is no example.
 */
export function examplePayload(event: string, action: string | undefined): JsonObject {
  const key = `${event} ${action ?? ''}`;
  let example = found.get(key);
  if (!example) {
    const examples = (loadExamples().get(event) ?? []).map((raw) => payload.parse(raw));
    example = action === undefined ? examples[0] : examples.find((candidate) => candidate.action === action);
    // Some actions have no example of their own; the event's payload has the same shape.
    example ??= examples[0] && { ...examples[0], ...(action !== undefined && { action }) };
    if (!example) throw new Error(`@octokit/webhooks-examples has no ${event} payload; use another event.`);
    found.set(key, example);
  }
  return structuredClone(example);
}
