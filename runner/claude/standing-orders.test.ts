import { afterEach, expect, it } from 'vitest';
import type { Harness } from './testing/claude-harness.ts';
import { createHarness } from './testing/claude-harness.ts';

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

it("works by Claude Code's own system prompt and the standing orders, without notes from other sessions", async () => {
  harness = await createHarness();
  const conversation = harness.driver.open(harness.spec());
  await harness.turn(conversation, '[[say:hello]]');
  const asked = JSON.stringify(harness.endpoint.requests.at(-1)?.body);
  expect(asked).toContain('You are Claude Code');
  expect(asked).toContain('You work for a team through Signalbox');
  expect(asked).not.toContain('file-based memory');
});
