import { z } from 'zod';

/** What Claude takes as an image. Told by the content, not by what somebody says that it is. */
export const ATTACHMENT_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export const attachmentTypeSchema = z.enum(ATTACHMENT_TYPES);
export type AttachmentType = z.infer<typeof attachmentTypeSchema>;

/** The model's API takes 5 MB of base64 an image, which is this many bytes. */
export const MAX_ATTACHMENT_BYTES = 3_750_000;

/** With one message. All of them are held in the runner's memory on their way to Claude. */
export const MAX_ATTACHMENTS = 8;

/** Of one prompt, all its messages together: the model's API takes 32 MB a request, in base64 and with the text. */
export const MAX_PROMPT_IMAGE_BYTES = 15_000_000;

/** Of one session. Older ones stay; new ones are refused. */
export const MAX_SESSION_ATTACHMENTS = 200;

export const attachmentIdSchema = z.uuid();

/** An image that came with a message. The bytes are fetched apart. */
export const attachmentSchema = z.object({
  id: attachmentIdSchema,
  name: z.string().min(1).max(200),
  type: attachmentTypeSchema,
  bytes: z.int().positive().max(MAX_ATTACHMENT_BYTES),
  /** Hex SHA-256 of the bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const attachmentViewSchema = attachmentSchema.extend({
  by: z.string().max(100),
  /** Uploaded, or found in something that was written on GitHub. */
  source: z.enum(['upload', 'github']),
  createdAt: z.int(),
});
export type AttachmentView = z.infer<typeof attachmentViewSchema>;

export const attachmentListSchema = z.object({ items: z.array(attachmentViewSchema) });

export const attachmentsOfMessageSchema = z.array(attachmentSchema).max(MAX_ATTACHMENTS);
export const attachmentIdsSchema = z.array(attachmentIdSchema).max(MAX_ATTACHMENTS);

const SIGNATURES: readonly { type: AttachmentType; at: number; bytes: readonly number[] }[] = [
  { type: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { type: 'image/webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38] },
];

/** What an image is, by its first bytes; null for anything else. */
export function imageTypeOf(content: Uint8Array): AttachmentType | null {
  const found = SIGNATURES.find(({ at, bytes }) =>
    bytes.every((byte, index) => content[at + index] === byte),
  );
  return found?.type ?? null;
}
