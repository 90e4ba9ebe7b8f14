/** A provider gives one customer at least a /64: whoever has it can use each address of it. */
const IPV6_NETWORK_GROUPS = 4;

/**
 * Whose request it is, by network. Cloudflare sets the header and overwrites what a client sent; without it in front
 * (one machine, tests) everybody is one.
 */
export function clientNetwork(request: Request): string {
  const address = request.headers.get('cf-connecting-ip') ?? 'unknown';
  return address.includes(':') ? networkOf(address) : address.slice(0, 64);
}

function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  // "::" stands for as many zeros as are missing; where it lies behind the network part, the tail does not matter.
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - end.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...end];
  return all
    .slice(0, IPV6_NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, '').slice(0, 4))
    .join(':');
}

/** The address of whoever asks, for the audit log; null without Cloudflare in front. */
export function clientAddress(request: Request): string | null {
  return request.headers.get('cf-connecting-ip')?.slice(0, 100) ?? null;
}
