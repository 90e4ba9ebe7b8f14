import { expect, it } from 'vitest';
import { parseRoute, readToken } from './route.ts';

const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

it.each([
  ['/', { page: 'sessions' }],
  ['/sessions', { page: 'sessions' }],
  [`/sessions/${id}`, { page: 'session', sessionId: id }],
  [`/sessions/${id}/`, { page: 'session', sessionId: id }],
  ['/attention', { page: 'attention' }],
  ['/sessions/not-an-id', { page: 'unknown' }],
  ['/share', { page: 'share' }],
  [`/shared/${id}`, { page: 'shared', shareId: id, sessionId: null }],
  [`/shared/${id}/sessions/${id}`, { page: 'shared', shareId: id, sessionId: id }],
  ['/shared/x', { page: 'unknown' }],
  [`/shared/${id}/sessions/x`, { page: 'unknown' }],
  ['/elsewhere', { page: 'unknown' }],
])('reads the address %s', (path, route) => {
  expect(parseRoute(path)).toEqual(route);
});

it('takes a sign-in token from the fragment only when there is one', () => {
  expect(readToken('#token=abc.def')).toBe('abc.def');
  expect(readToken('#event-12')).toBeNull();
  expect(readToken('')).toBeNull();
});
