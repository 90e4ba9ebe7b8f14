import { expect, it } from 'vitest';
import { parseBytes } from './parse-bytes.ts';

it.each([
  ['20GB', 20e9],
  ['20 gb', 20e9],
  ['1.5T', 1.5e12],
  ['500m', 500e6],
  ['1000', 1000],
  ['20 GiB', null],
  ['-1GB', null],
  ['much', null],
  ['', null],
])('reads %j as %s', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
