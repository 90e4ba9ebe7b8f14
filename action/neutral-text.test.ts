import { expect, it } from 'vitest';
import { readCommands } from '../doubles/actions/read-commands.ts';
import { neutralLine, neutralLines } from './neutral-text.ts';

const HOSTILE = [
  '::error::pwned',
  ' \t::error file=a,line=1::pwned',
  'before\r::error::pwned',
  'before\r\n::error::pwned',
  'anywhere ##[error]pwned',
  '\u001b[1m::error::pwned',
  '\u0000::error::pwned',
  '\u00a0::error::pwned',
  ':\u001b[0m:error::pwned',
  '#\u0007#[error]pwned',
  '##\u001b[0m[error]pwned',
];

it.each(HOSTILE)('is no command for the runner, whatever it holds: %j', (text) => {
  expect(readCommands(neutralLines(text).join('\n'))).toEqual([]);
  expect(readCommands(neutralLine(text, 100))).toEqual([]);
});

it('is tried with what the runner does obey', () => {
  const obeyed = HOSTILE.filter((text) => readCommands(text).length > 0);
  expect(obeyed.length).toBeGreaterThanOrEqual(5);
});

it('stays readable', () => {
  expect(neutralLines('a::b\n\tcode();\n\u001b[31mred\u001b[0m\r\nstd::vector')).toEqual([
    'a::b',
    '\tcode();',
    'red',
    'std::vector',
  ]);
  expect(neutralLine('  first\n\n  second line  ', 14)).toBe('first second …');
});
