import { describe, expect, it } from 'vitest';
import { afterClose, CLOSE } from './close-codes.ts';

describe('afterClose', () => {
  it.each([1000, 1001, 1005, 1006, 1011, 1012, CLOSE.overload])('reconnects after %d', (code) => {
    expect(afterClose(code)).toBe('reconnect');
  });

  it('asks for a new ticket when it was refused', () => {
    expect(afterClose(CLOSE.unauthorized)).toBe('renew_ticket');
  });

  it.each([
    CLOSE.badFrame,
    CLOSE.notFound,
    CLOSE.replaced,
    CLOSE.fenced,
    CLOSE.finished,
    CLOSE.versionRefused,
  ])('stops after %d', (code) => {
    expect(afterClose(code)).toBe('stop');
  });
});
