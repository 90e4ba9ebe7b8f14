import type { Attachment } from '../../protocol/attachments.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { PromptImage } from '../claude/driver.ts';
import { downloadAttachment } from '../http/checkpoint-api.ts';
import type { JobApiDeps } from '../http/git-token.ts';

type Deps = { api: JobApiDeps; emit: (event: RunnerEvent) => void };

/** Fetches the images of a message for Claude. One that can't be had is told in the log; the rest goes on. */
export async function loadImages(
  { api, emit }: Deps,
  attachments: readonly Attachment[] | undefined,
): Promise<PromptImage[]> {
  const images: PromptImage[] = [];
  for (const attachment of attachments ?? []) {
    const result = await downloadAttachment(api, attachment);
    if (result.status === 'ok') {
      images.push({ type: attachment.type, data: result.content.toString('base64') });
      continue;
    }
    const text = `The image ${attachment.name} could not be fetched, so Claude does not see it: ${result.message}`;
    emit({ type: 'notice', level: 'warning', text: text.slice(0, 4_000) });
  }
  return images;
}
