import { describe, expect, it } from 'vitest';
import { isAtLeast, ROLES } from './access.ts';

describe('isAtLeast', () => {
  it('lets each role do what the roles before it may, and no more', () => {
    const table = ROLES.map((role) => ROLES.map((needed) => isAtLeast(role, needed)));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});
