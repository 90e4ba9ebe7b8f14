import {
  type AttachmentType,
  imageTypeOf,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
} from '../../protocol/attachments.ts';

/** An image that goes with the next message. Nothing leaves the browser before that. */
export type ChosenImage = { key: number; name: string; content: Blob };

export type Choice = {
  chosen: ChosenImage[];
  /** Why some were not taken, for people; null when all were. */
  problem: string | null;
};

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;

const LIMIT = `at most ${megabytes(MAX_ATTACHMENT_BYTES)} (${MAX_ATTACHMENT_BYTES} bytes)`;

/** As many bytes as tell what an image is. */
const HEAD_BYTES = 16;

/** Adds files to what was chosen before. What the control plane would refuse is refused here, in words. */
export async function chooseImages(before: readonly ChosenImage[], files: Iterable<File>): Promise<Choice> {
  const chosen = [...before];
  const problems: string[] = [];
  for (const file of files) {
    const name = file.name === '' ? 'image' : file.name.slice(0, 200);
    const type = await typeOf(file);
    if (type === null) {
      problems.push(`${name} is no PNG, JPEG, GIF or WebP image.`);
    } else if (file.size > MAX_ATTACHMENT_BYTES) {
      problems.push(`${name} has ${megabytes(file.size)}; an image may have ${LIMIT}.`);
    } else if (chosen.length >= MAX_ATTACHMENTS) {
      problems.push(`${name} is one too many: a message takes ${MAX_ATTACHMENTS} images.`);
    } else {
      const key = Math.max(0, ...chosen.map((image) => image.key)) + 1;
      chosen.push({ key, name, content: file.slice(0, file.size, type) });
    }
  }
  return { chosen, problem: problems.length === 0 ? null : problems.join(' ') };
}

/** Null too for what can't be read, such as a folder that was dropped. */
async function typeOf(file: File): Promise<AttachmentType | null> {
  try {
    return imageTypeOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return null;
  }
}
