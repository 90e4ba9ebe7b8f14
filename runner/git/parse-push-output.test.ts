import { expect, test } from 'vitest';
import { parsePushOutput } from './parse-push-output.ts';

const REF = 'refs/heads/x';
const line = (flag: string, summary: string): string =>
  `To http://host/a.git\n${flag}\tabc:${REF}\t${summary}\nDone\n`;

test.each([
  ['*', '[new branch]', { kind: 'accepted', upToDate: false }],
  [' ', 'abc..def', { kind: 'accepted', upToDate: false }],
  ['=', '[up to date]', { kind: 'accepted', upToDate: true }],
  ['!', '[rejected] (fetch first)', { kind: 'non_fast_forward', reason: 'fetch first' }],
  ['!', '[rejected] (non-fast-forward)', { kind: 'non_fast_forward', reason: 'non-fast-forward' }],
  ['!', '[remote rejected] (cannot lock ref x)', { kind: 'non_fast_forward', reason: 'cannot lock ref x' }],
  [
    '!',
    '[remote rejected] (pre-receive hook declined)',
    { kind: 'refused', reason: 'pre-receive hook declined' },
  ],
  [
    '!',
    '[remote rejected] (refusing to allow a GitHub App to update workflow)',
    { kind: 'refused', reason: 'refusing to allow a GitHub App to update workflow' },
  ],
  ['!', '[remote failure] (remote failed to report status)', { kind: 'unknown' }],
])('%s %s', (flag, summary, verdict) => {
  expect(parsePushOutput(line(flag, summary), REF)).toEqual(verdict);
});

test('an answer about another branch, or none, says nothing', () => {
  expect(parsePushOutput('*\tabc:refs/heads/y\t[new branch]\n', REF)).toEqual({ kind: 'unknown' });
  expect(parsePushOutput('', REF)).toEqual({ kind: 'unknown' });
});
