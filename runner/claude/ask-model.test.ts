import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelQuestion } from './ask-model.ts';
import { createHarness, type Harness } from './testing/claude-harness.ts';

const SCHEMA = {
  type: 'object',
  properties: { decision: { type: 'string' }, message: { type: 'string' }, reason: { type: 'string' } },
  required: ['decision', 'message', 'reason'],
  additionalProperties: false,
};

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

function question(prompt: string, over: Partial<ModelQuestion> = {}): ModelQuestion {
  const signal = new AbortController().signal;
  return { model: 'haiku', system: 'Decide.', prompt, schema: SCHEMA, limitMs: 60_000, signal, ...over };
}

it('gets an answer in the form that was asked for, with its cost, from a model without tools', async () => {
  const answer = await harness.driver.ask(question('Blue or red? {{respond:Blue.}}'));

  expect(answer.result).toEqual({
    status: 'answered',
    output: { decision: 'answer', message: 'Blue.', reason: 'The request says so.' },
  });
  expect(answer.usage.outputTokens).toBeGreaterThan(0);
  expect(answer.usage.costUsd).toBeGreaterThan(0);
  const asked = harness.endpoint.requests.filter(({ body }) => body !== null);
  expect(asked[0]?.body?.model).toContain('haiku');
  const tools = asked[0]?.body?.tools?.map(({ name }) => name) ?? [];
  // A placeholder of the CLI's for tools that it would look up; there are none.
  expect(tools.filter((name) => name !== 'DeferredToolPlaceholder')).toEqual(['StructuredOutput']);
  expect(harness.endpoint.violations).toEqual([]);
});

it('does not read files that the text mentions', async () => {
  const file = path.join(harness.cwd, 'secret.txt');
  await writeFile(file, 'the-secret-words');
  await harness.driver.ask(question(`Look at @${file} first. {{no-form}}`));

  const bodies = harness.endpoint.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies.some((body) => body.includes(file))).toBe(true);
  expect(bodies.some((body) => body.includes('the-secret-words'))).toBe(false);
});

it('says that there is no answer when the model gives none in that form', async () => {
  const answer = await harness.driver.ask(question('Anything {{no-form}}'));

  expect(answer.result).toEqual({
    status: 'trouble',
    message: 'The model gave no answer in the form that was asked for.',
  });
  expect(answer.usage.costUsd).toBeGreaterThan(0);
});

it('gives up when nobody needs the answer any more, and leaves no process and no folder behind', async () => {
  const before = await questionFolders();
  const stop = new AbortController();
  const asking = harness.driver.ask(question('Anything {{no-form}}', { signal: stop.signal }));
  stop.abort();

  expect((await asking).result.status).toBe('trouble');
  expect(await questionFolders()).toEqual(before);
});

async function questionFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('signalbox-question-')).toSorted();
}
