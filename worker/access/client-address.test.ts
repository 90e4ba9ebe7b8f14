import { expect, it } from 'vitest';
import { clientNetwork } from './client-address.ts';

const from = (address?: string) =>
  clientNetwork(
    new Request('http://test', address === undefined ? {} : { headers: { 'cf-connecting-ip': address } }),
  );

it('tells IPv4 addresses apart', () => {
  expect(from('192.0.2.7')).toBe('192.0.2.7');
});

it('takes the addresses of one IPv6 network for one', () => {
  const network = '2001:db8:1:2';
  for (const end of ['::1', ':a:b:c:d', ':0:0:0:1']) expect(from(`${network}${end}`)).toBe(network);
  expect(from('2001:0DB8:0001:0002::9')).toBe(network);
  expect(from('2001:db8:1:3::1')).not.toBe(network);
  expect(from('2001:db8::1')).toBe('2001:db8:0:0');
  expect(from('::1')).toBe('0:0:0:0');
});

it('takes everybody for one where no address is told', () => {
  expect(from()).toBe('unknown');
});

it('keeps nothing long of what a header holds', () => {
  expect(from('x'.repeat(5_000)).length).toBeLessThanOrEqual(64);
  expect(from(`${'a'.repeat(5_000)}::${'b:'.repeat(900)}`).length).toBeLessThanOrEqual(64);
});
