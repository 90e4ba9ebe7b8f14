import { expect, it } from 'vitest';
import { endOfError } from './job-end.ts';

it('calls a full disk by its name, and anything else a bug', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(endOfError(full)).toMatchObject({
    type: 'failed',
    failure: { kind: 'disk_full', remedy: expect.stringContaining('Free space') },
  });
  expect(endOfError(new TypeError('x is undefined'))).toMatchObject({ failure: { kind: 'internal' } });
});
