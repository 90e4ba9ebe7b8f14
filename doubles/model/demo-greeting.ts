import type { Script } from './script.ts';
import { bash, text, tool } from './script.ts';

/** The small repository of the demo before the work, and the two files as the work leaves them. */
export type DemoFiles = {
  /** Relative to the repository. */
  sourcePath: string;
  testPath: string;
  /** An exact part of the source and what takes its place. */
  oldSource: string;
  newSource: string;
  testContent: string;
  testCommand: string;
};

export const DEFAULT_DEMO_FILES: DemoFiles = {
  sourcePath: 'src/greet.js',
  testPath: 'test/greet.test.js',
  oldSource: `export function greet(name) {
  return \`Hello, \${name}!\`;
}`,
  newSource: `export function greet(name, now = new Date()) {
  const hour = now.getHours();
  const greeting = hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
  return \`\${greeting}, \${name?.trim() || 'stranger'}!\`;
}`,
  testContent: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

const at = (hour) => new Date(2026, 0, 1, hour);

test('greets by the time of day', () => {
  assert.equal(greet('Ada', at(9)), 'Good morning, Ada!');
  assert.equal(greet('Ada', at(14)), 'Good afternoon, Ada!');
  assert.equal(greet('Ada', at(20)), 'Good evening, Ada!');
});

test('greets a stranger when the name is missing or blank', () => {
  assert.equal(greet(undefined, at(9)), 'Good morning, stranger!');
  assert.equal(greet('  ', at(9)), 'Good morning, stranger!');
});
`,
  testCommand: 'node --test',
};

/** Enough to be seen on the page, short enough for a demo of seconds. */
const THINKING_MS = 250;
const CHUNK_DELAY_MS = 15;
const CHUNK_CHARS = 24;

function summary(files: DemoFiles, notes: readonly string[]): string {
  const heard =
    notes.length === 0 ? '' : `\n\nYour follow-up reached me while I worked: ${notes.join(' / ')}`;
  return `\`greet\` now looks at the clock and no longer says "Hello, undefined!".

- \`${files.sourcePath}\`: morning, afternoon or evening; a missing or blank name becomes "stranger".
- \`${files.testPath}\`: tests for each time of day and for the missing name.

\`${files.testCommand}\` passes.${heard}`;
}

/**
 * A believable small piece of work: reads the README and the source, edits it, adds a test, runs the tests and
 * sums up. Chosen by `[[demo-greeting]]` or by a request that speaks of a greeting. The answer that follows the
 * tests waits at the hold `demo-end`, if somebody holds it.
 */
export function demoGreeting(files: DemoFiles): Script {
  const pace = { delayMs: THINKING_MS, chunkChars: CHUNK_CHARS, chunkDelayMs: CHUNK_DELAY_MS };
  return {
    name: 'demo-greeting',
    matches: (prompt) => /\bgreet(?:ing|s|\(\))?\b/i.test(prompt),
    steps: ({ notes }) => [
      { ...tool('Read', { file_path: 'README.md' }, 'I will read the README and the code first.'), ...pace },
      { ...tool('Read', { file_path: files.sourcePath }), ...pace },
      {
        ...tool(
          'Edit',
          { file_path: files.sourcePath, old_string: files.oldSource, new_string: files.newSource },
          '`greet` ignores the time of day, and a missing name ends up in the text as "undefined". I will change both.',
        ),
        ...pace,
      },
      {
        ...tool(
          'Write',
          { file_path: files.testPath, content: files.testContent },
          'Now a test for each case.',
        ),
        ...pace,
      },
      { ...bash(files.testCommand, 'I run the tests.'), ...pace },
      { ...text(summary(files, notes)), ...pace, hold: 'demo-end' },
    ],
  };
}
