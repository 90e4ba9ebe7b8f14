import { expect, it } from 'vitest';
import { asksSomething } from './asks-something.ts';

it.each([
  'Shall I go on?',
  'Which one do you want?\n\n- the first\n- the second',
  'I found two ways.\n\n**Shall I take the first one?**',
  'Fertig. Soll ich weitermachen?"',
])('takes this for a question: %j', (text) => {
  expect(asksSomething(text)).toBe(true);
});

it.each([
  '',
  'Done.',
  'Why did it fail? Because the file was missing. It is there now.',
  'Ready.\n\n```\nWhat is this?\n```',
  'What was wrong?\n\nThe cache.\n\nI cleared it.\n\nAll tests pass.',
  'See https://example.com/?q=1 for more.',
])('takes this for no question: %j', (text) => {
  expect(asksSomething(text)).toBe(false);
});
