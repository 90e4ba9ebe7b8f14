import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world.ts';

const PREFIX = '/private-user-images/';

/** As long as GitHub's signature of an image's address is good for. */
const SIGNED_MS = 300_000;

/** What people put into comments, by the id in its address, and the signatures that let it be fetched. */
export type UserImages = {
  content: Map<string, Buffer>;
  signatures: Map<string, { id: string; endsAt: number }>;
};

export const createUserImages = (): UserImages => ({ content: new Map(), signatures: new Map() });

/** Where images are: what `GITHUB_IMAGE_URL` says of this double. */
export const imageBase = (world: World): string => `${world.baseUrl}${PREFIX}`;

/** Keeps an image as a browser uploads it. @returns what the browser then writes into the comment */
export function addImage({ images }: World, content: Uint8Array): string {
  const id = randomUUID();
  images.content.set(id, Buffer.from(content));
  return `![image](https://github.com/user-attachments/assets/${id})`;
}

/** A signed address of an image; null when there is none. */
export function addressOfImage(world: World, id: string): string | null {
  const { content, signatures } = world.images;
  if (!content.has(id)) return null;
  const jwt = randomUUID();
  signatures.set(jwt, { id, endsAt: world.now() + SIGNED_MS });
  return `${imageBase(world)}${id}.png?jwt=${jwt}`;
}

export const isImage = ({ pathname }: URL): boolean => pathname.startsWith(PREFIX);

/** Serves an image to whoever has its signed address. @returns what the request breaks; null for nothing */
export function serveImage(
  { images, now }: World,
  { request, url }: { request: IncomingMessage; url: URL },
  response: ServerResponse,
): string | null {
  const signature = images.signatures.get(url.searchParams.get('jwt') ?? '');
  const content = signature === undefined ? undefined : images.content.get(signature.id);
  const isGood =
    signature !== undefined && signature.endsAt > now() && url.pathname === `${PREFIX}${signature.id}.png`;
  if (content === undefined || !isGood) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'image/png' }).end(content);
  return request.headers.authorization === undefined ? null : 'a credential was sent to the host of images';
}
