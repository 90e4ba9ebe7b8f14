/** Names that lead into the network of whoever sends (RFC 6761, RFC 6762, RFC 8375), or to a cloud's own services. */
const INNER_NAMES = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home.arpa',
  'localdomain',
  'test',
  'invalid',
];

/** IPv4 that is not the public internet (IANA's special-purpose registry), as first address and prefix length. */
const INNER_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/**
 * Whether the Worker may be sent there by somebody: only by https to a name in the public internet. What a name leads
 * to is for the network to judge: Cloudflare's reaches nothing private, and on one machine workerd's own rule does.
 *
 * @returns why not; null when it may
 */
export function judgeAddress(address: string): string | null {
  const url = URL.parse(address);
  if (url === null) return 'is not an address';
  if (url.protocol !== 'https:') return 'must begin with https:';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  // The parser has turned 127.1, 0x7f000001 and the like into the usual form.
  const host = url.hostname.replace(/\.$/, '');
  if (host.startsWith('[')) return 'must name a host, not an IPv6 address';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isInner(host) ? 'leads into a private network' : null;
  if (!host.includes('.')) return 'must name a host of the public internet';
  const isInnerName = INNER_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
  return isInnerName ? 'leads into a private network' : null;
}

function isInner(host: string): boolean {
  const address = numberOf(host);
  return INNER_V4.some(([first, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(numberOf(first) / size);
  });
}

const numberOf = (host: string) => host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
