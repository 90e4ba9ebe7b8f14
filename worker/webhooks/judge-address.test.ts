import { describe, expect, it } from 'vitest';
import { judgeAddress } from './judge-address.ts';

describe('an address that somebody names', () => {
  it.each([
    'https://hooks.example.com/a?b=c',
    'https://hooks.example.com:8443/',
    'https://8.8.8.8/',
    'https://localhost.example.com/',
    'https://172.32.0.1/',
    'https://xn--bcher-kva.example/',
  ])('is taken when it leads into the public internet: %s', (address) => {
    expect(judgeAddress(address)).toBeNull();
  });

  it.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'https://user:pass@hooks.example.com/',
    'https://user@hooks.example.com/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://redis/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://①②⑦.0.0.1/',
    'nonsense',
  ])('is refused when it leads elsewhere, or may: %s', (address) => {
    expect(judgeAddress(address)).toEqual(expect.any(String));
  });
});
