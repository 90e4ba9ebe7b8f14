import { z } from 'zod';
import {
  type Attachment,
  type AttachmentView,
  attachmentIdSchema,
  attachmentListSchema,
  attachmentViewSchema,
  MAX_ATTACHMENT_BYTES,
} from '../../protocol/attachments.ts';
import type { SessionId } from '../../protocol/ids.ts';
import { getAttachmentBody } from '../attachments/attachment-bodies.ts';
import { storeAttachment } from '../attachments/store-attachment.ts';
import { audited } from './audited.ts';
import { sessionOf } from './durable-objects.ts';
import { notFoundProblem, ProblemError, refusalProblem } from './problem.ts';
import { type AppContext, type Route, ticketRoute, userRoute } from './route.ts';
import { jobParamsSchema, reachSession, sessionParamsSchema } from './session-of-path.ts';

const EXAMPLE: AttachmentView = {
  id: '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61',
  name: 'login.png',
  type: 'image/png',
  bytes: 48_213,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  by: 'mona',
  source: 'upload',
  createdAt: 1_764_000_000_000,
};

const attachmentParams = { attachmentId: attachmentIdSchema };
const IMAGE = {
  description: 'The image',
  contentType: 'image/png',
  otherContentTypes: ['image/jpeg', 'image/gif', 'image/webp'],
};

/** Images that go to Claude with a message. */
export const attachmentRoutes: Route[] = [
  userRoute({
    method: 'POST',
    path: '/api/sessions/:id/attachments',
    needs: 'operator',
    maxBodyBytes: MAX_ATTACHMENT_BYTES,
    operation: {
      id: 'createAttachment',
      tag: 'Messages',
      summary: 'Upload an image for a message',
      description:
        'PNG, JPEG, GIF or WebP, told by its content, at most 3.75 MB. Name its id in the `attachments` of a message or a task; Claude sees it with them.',
      params: sessionParamsSchema,
      query: z.object({ name: z.string().trim().min(1).max(200).default('image') }),
      rawBody: { contentType: 'image/png', description: 'The image' },
      answers: { 201: { description: 'It is stored', schema: attachmentViewSchema, example: EXAMPLE } },
      problems: ['not_found', 'invalid', 'conflict'],
    },
    handle: async (c, caller, { params: { id }, query: { name } }) => {
      const { account, title } = await reachSession(c, caller, id, 'operator');
      const target = { kind: 'session', id, name: title };
      const content = new Uint8Array(await c.req.arrayBuffer());
      const details = { bytes: content.length };
      return audited(c, caller, { account, action: 'attachment.added', target, details }, async () => {
        const about = { id: crypto.randomUUID(), name, by: caller.person.login, source: 'upload' as const };
        const result = await storeAttachment(c.env, id, { ...about, content });
        if (result.status === 'refused') throw refusalProblem(result);
        return c.json(result.attachment, 201);
      });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/attachments',
    needs: 'viewer',
    operation: {
      id: 'listAttachments',
      tag: 'Messages',
      summary: "List a session's images",
      params: sessionParamsSchema,
      answers: {
        200: {
          description: 'In the order in which they came',
          schema: attachmentListSchema,
          example: { items: [EXAMPLE] },
        },
      },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id } }) => {
      await reachSession(c, caller, id, 'viewer');
      return c.json({ items: await sessionOf(c.env, id).attachments() });
    },
  }),
  userRoute({
    method: 'GET',
    path: '/api/sessions/:id/attachments/:attachmentId',
    needs: 'viewer',
    operation: {
      id: 'getAttachment',
      tag: 'Messages',
      summary: 'Fetch an image of a session',
      params: sessionParamsSchema.extend(attachmentParams),
      answers: { 200: IMAGE },
      problems: ['not_found'],
    },
    handle: async (c, caller, { params: { id, attachmentId } }) => {
      await reachSession(c, caller, id, 'viewer');
      return imageResponse(c, id, attachmentId);
    },
  }),
  ticketRoute({
    method: 'GET',
    path: '/api/sessions/:id/tasks/:number/attachments/:attachmentId',
    operation: {
      id: 'getAttachmentForJob',
      tag: 'For runners',
      summary: 'Fetch an image that came with a message to a job',
      params: jobParamsSchema.extend(attachmentParams),
      answers: { 200: IMAGE },
      problems: ['not_found'],
    },
    handle: (c, { sessionId }, { params: { attachmentId } }) => imageResponse(c, sessionId, attachmentId),
  }),
];

/** Never shown as anything but an image, whatever is in it. */
async function imageResponse(c: AppContext, sessionId: SessionId, id: string): Promise<Response> {
  const all = await sessionOf(c.env, sessionId).attachments();
  const known = all.find((one) => one.id === id);
  const body = known === undefined ? null : await getAttachmentBody(c.env, { sessionId, id });
  if (known === undefined || body === null) throw notFoundProblem(`attachment ${id}`);
  return new Response(body, {
    headers: {
      'content-type': known.type,
      'content-length': String(known.bytes),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
    },
  });
}

/** The images that a message names. @throws ProblemError for one that the session does not have */
export async function attachmentsOf(
  c: AppContext,
  sessionId: SessionId,
  ids: readonly string[] | undefined,
): Promise<Attachment[] | undefined> {
  if (ids === undefined || ids.length === 0) return undefined;
  const all = new Map((await sessionOf(c.env, sessionId).attachments()).map((one) => [one.id, one]));
  return ids.map((id) => {
    const found = all.get(id);
    if (found === undefined) {
      throw new ProblemError(422, 'invalid', {
        title: 'There is no such attachment',
        detail: `The session has no attachment ${id}.`,
        remedy: 'Upload the image first: POST /api/sessions/:id/attachments.',
      });
    }
    const { name, type, bytes, sha256 } = found;
    return { id, name, type, bytes, sha256 };
  });
}
