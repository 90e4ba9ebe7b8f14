import { imageTypeOf, MAX_ATTACHMENT_BYTES } from '../../protocol/attachments.ts';
import { imageAddress } from './find-images.ts';

export type Fetcher = (input: URL, init: RequestInit) => Promise<Response>;

/** People wait for Claude to begin; an image that takes longer is left out. */
const IMAGE_DEADLINE_MS = 10_000;

const MAX_REDIRECTS = 2;

/**
 * Fetches an image that somebody put into a comment, without any credential. Each address on the way has to be one of
 * GitHub's image hosts, or below `own`. Null: it can't be had, is too large, or is no image.
 */
export async function fetchImage(
  address: URL,
  fetcher: Fetcher,
  own: string | null = null,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const signal = AbortSignal.timeout(IMAGE_DEADLINE_MS);
  let target: URL | null = address;
  try {
    for (let hops = 0; hops <= MAX_REDIRECTS && target !== null; hops += 1) {
      const response: Response = await fetcher(target, { redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.ok) return await readImage(response);
      await response.body?.cancel();
      if (response.status < 300 || response.status >= 400 || location === null) return null;
      target = imageAddress(new URL(location, target).href, own);
    }
  } catch {
    // Without the image the request is still worth working on.
  }
  return null;
}

async function readImage({ body }: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    // Leaving the loop cancels the stream.
    if (bytes > MAX_ATTACHMENT_BYTES) return null;
    parts.push(part);
  }
  const whole = new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
  return imageTypeOf(whole) === null ? null : whole;
}
