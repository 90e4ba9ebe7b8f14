import { beforeEach, expect, it } from 'vitest';
import { createAddress } from './address.ts';

beforeEach(() => window.history.replaceState(null, '', '/'));

function follow() {
  const address = createAddress(window);
  const seen: string[] = [];
  address.listen(() => seen.push(address.route.value.page));
  return { address, seen };
}

it('tells of another page, and keeps its query', () => {
  const { address, seen } = follow();
  address.open('/history?q=clock');
  expect([seen, address.search.value]).toEqual([['history'], '?q=clock']);
  expect(address.route.value).toEqual({ page: 'history' });
});

it('changes a query without a new step and without opening the page again', () => {
  const { address, seen } = follow();
  address.open('/history');
  const steps = window.history.length;
  address.replaceSearch('?q=c');
  address.replaceSearch('?q=cl');
  expect([window.history.length, window.location.search, address.search.value]).toEqual([
    steps,
    '?q=cl',
    '?q=cl',
  ]);
  expect(seen).toEqual(['history']);
});

it('follows the back button', () => {
  const { address, seen } = follow();
  address.open('/insights');
  window.history.replaceState(null, '', '/settings/keys');
  window.dispatchEvent(new PopStateEvent('popstate'));
  expect(seen).toEqual(['insights', 'settings']);
  expect(address.route.value).toEqual({ page: 'settings', section: 'keys' });
});
