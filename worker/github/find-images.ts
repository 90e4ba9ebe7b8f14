import { MAX_ATTACHMENTS } from '../../protocol/attachments.ts';

/** Where GitHub keeps what people put into comments. Nothing else is ever fetched. */
const IMAGE_HOSTS: readonly string[] = [
  'private-user-images.githubusercontent.com',
  'user-images.githubusercontent.com',
];

/** In what people write; on github.com itself such an address needs a person's own login. */
const WRITTEN =
  /https:\/\/(?:github\.com\/user-attachments\/assets\/|(?:private-)?user-images\.githubusercontent\.com\/)/i;

const IMAGE_TAG = /<img\b[^>]*?\bsrc="([^"]{1,4000})"/gi;

/** On a server of one's own such an address has that server's name. */
const UPLOADED = '/user-attachments/assets/';

/**
 * Whether a text may hold an image that was uploaded to GitHub.
 *
 * @param own where an Enterprise Server keeps them; null for github.com
 */
export function mayHoldImages(text: string, own: string | null = null): boolean {
  return WRITTEN.test(text) || (own !== null && (text.includes(UPLOADED) || text.includes(own)));
}

/** An address of GitHub's own image hosts, over https and the usual port, or below `own`; null for any other. */
export function imageAddress(text: string, own: string | null = null): URL | null {
  const url = URL.parse(text);
  if (url !== null && own !== null && isBelow(url, new URL(own))) return url;
  if (url === null || url.protocol !== 'https:' || url.port !== '' || url.username !== '') return null;
  return IMAGE_HOSTS.includes(url.hostname) ? url : null;
}

/** The addresses of images in a text as GitHub renders it, where they are signed for a few minutes. */
export function findImages(html: string, own: string | null = null): URL[] {
  const found = new Map<string, URL>();
  for (const [, source = ''] of html.matchAll(IMAGE_TAG)) {
    const url = imageAddress(source.replaceAll('&amp;', '&'), own);
    if (url !== null) found.set(url.pathname, url);
  }
  return [...found.values()].slice(0, MAX_ATTACHMENTS);
}

function isBelow(url: URL, base: URL): boolean {
  return url.origin === base.origin && url.username === '' && url.pathname.startsWith(base.pathname);
}
