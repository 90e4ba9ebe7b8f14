/** The small repository that the demonstration works on. */
export const DEMO_REPOSITORY = 'hello-station';

export const DEMO_FILES: Record<string, string> = {
  'README.md': `# hello-station

Greets passengers. \`greet(name)\` returns the text for the display.

Run the tests with \`node --test\`.
`,
  'package.json': `{
  "name": "hello-station",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  'src/greet.js': `export function greet(name) {
  return \`Hello, \${name}!\`;
}
`,
};

export const DEMO_ISSUE = {
  title: 'The display greets people with "Hello, undefined!"',
  body: `When a passenger has no name on file, the display says "Hello, undefined!".

@signalbox please fix the greeting: say "stranger" when the name is missing, and greet by the time of day. Add tests.
`,
};
