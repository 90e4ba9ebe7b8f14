import { toBase64Url } from '../access/base64url.ts';
import { noteCache } from '../metrics/note-cache.ts';
import type { AppContext } from './route.ts';

/** 128 bits: far beyond what two states of one page could meet by chance. */
const TAG_BYTES = 16;

/**
 * Gives an answer an ETag made of its content, and sends 304 without the content to who has it already (RFC 9110,
 * 13.1.2). The answer is made anew each time: rights are checked and nothing is ever stale.
 */
export async function revalidate(c: AppContext, answer: Response): Promise<Response> {
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  if (answer.status !== 200 || !isJson) return answer;
  const body = await answer.arrayBuffer();
  const etag = await tagOf(body);
  const asked = c.req.header('if-none-match');
  const isKnown = asked !== undefined && matches(asked, etag);
  if (asked !== undefined) noteCache(c.env, 'answer', isKnown ? 'hit' : 'miss', Date.now());
  const headers = new Headers(answer.headers);
  headers.set('etag', etag);
  if (!isKnown) return new Response(body, { status: 200, headers });
  headers.delete('content-type');
  headers.delete('content-length');
  return new Response(null, { status: 304, headers });
}

/** Weak: the same content may leave the edge compressed in one way or another. */
async function tagOf(body: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return `W/"${toBase64Url(digest.slice(0, TAG_BYTES))}"`;
}

/** By weak comparison, as RFC 9110 asks for here. */
function matches(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.split(',').some((tag) => opaque(tag) === opaque(etag));
}
