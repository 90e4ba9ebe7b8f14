import { expect, it } from 'vitest';
import { parseRoute, readToken } from './route.ts';

const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

it.each([
  ['/', { page: 'now' }],
  ['/new', { page: 'new' }],
  ['/history', { page: 'history' }],
  ['/sessions', { page: 'history' }],
  ['/insights/', { page: 'insights' }],
  ['/settings', { page: 'settings', section: null }],
  ['/settings/share-links', { page: 'settings', section: 'share-links' }],
  ['/settings/a/b', { page: 'unknown' }],
  ['/schedules', { page: 'settings', section: 'schedules' }],
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
