import { type Attachment, MAX_PROMPT_IMAGE_BYTES } from '../../protocol/attachments.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { PromptImage } from '../claude/driver.ts';
import { downloadAttachment } from '../http/checkpoint-api.ts';
import type { JobApiDeps } from '../http/git-token.ts';

type Deps = { api: JobApiDeps; emit: (event: RunnerEvent) => void };

/**
 * Fetches images for Claude. One that can't be had, or is more than a request to the model holds, is told in the log;
 * the rest goes on.
 */
export async function loadImages(
  { api, emit }: Deps,
  attachments: readonly Attachment[] | undefined,
): Promise<PromptImage[]> {
  const images: PromptImage[] = [];
  const warn = (text: string) => emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  let bytes = 0;
  for (const attachment of attachments ?? []) {
    const { name, type } = attachment;
    if (bytes + attachment.bytes > MAX_PROMPT_IMAGE_BYTES) {
      warn(
        `Claude does not see the image ${name}: all images together are larger than ${MAX_PROMPT_IMAGE_BYTES} bytes. Send it with a later message.`,
      );
      continue;
    }
    const result = await downloadAttachment(api, attachment);
    if (result.status === 'ok') {
      bytes += attachment.bytes;
      images.push({ type, data: result.content.toString('base64') });
    } else warn(`The image ${name} could not be fetched, so Claude does not see it: ${result.message}`);
  }
  return images;
}
