import {
  type AttachmentType,
  type AttachmentView,
  imageTypeOf,
  MAX_ATTACHMENT_BYTES,
} from '../../protocol/attachments.ts';
import type { SessionId } from '../../protocol/ids.ts';
import type { Refused } from '../contracts.ts';
import type { Env } from '../env.ts';
import { sessionOf } from '../http/durable-objects.ts';
import { deleteAttachmentBody, putAttachmentBody } from './attachment-bodies.ts';

/** `id` is the same for each try to store the same thing. */
export type NewAttachment = Pick<AttachmentView, 'id' | 'name' | 'by' | 'source'> & {
  content: Uint8Array<ArrayBuffer>;
};

const EXTENSIONS: Record<AttachmentType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** Stores an image with a session: first its bytes, then the row that makes them count. */
export async function storeAttachment(
  env: Env,
  sessionId: SessionId,
  { content, name, ...about }: NewAttachment,
): Promise<{ status: 'stored'; attachment: AttachmentView } | Refused> {
  const type = imageTypeOf(content);
  if (type === null || content.length > MAX_ATTACHMENT_BYTES) return notAnImage();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  const attachment: AttachmentView = {
    ...about,
    name:
      name
        .replace(/[\p{Cc}\p{Cf}/\\"]/gu, '')
        .trim()
        .slice(0, 200) || `image.${EXTENSIONS[type]}`,
    type,
    bytes: content.length,
    sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    createdAt: Date.now(),
  };
  await putAttachmentBody(env, { sessionId, id: attachment.id }, content);
  const added = await sessionOf(env, sessionId).addAttachment(attachment);
  if (added.status === 'stored') return { status: 'stored', attachment };
  await deleteAttachmentBody(env, sessionId, attachment.id);
  return added;
}

function notAnImage(): Refused {
  return {
    status: 'refused',
    code: 'invalid',
    message: `The content is no PNG, JPEG, GIF or WebP image of at most ${MAX_ATTACHMENT_BYTES} bytes.`,
    remedy: 'Send such an image, made smaller where it is larger.',
  };
}
