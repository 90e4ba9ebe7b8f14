import type { Attachment } from '../../../protocol/attachments.ts';
import type { TurnPrompt } from '../../claude/driver.ts';
import type { JobContext } from '../job-context.ts';
import { loadImages } from '../load-images.ts';
import { type JobMessage, messageText } from '../message-box.ts';
import { firstPrompt } from './first-prompt.ts';

/** What people wrote, as a turn gives it to Claude. */
export type PromptPart = {
  request: string;
  context: string | null;
  attachments: readonly Attachment[] | undefined;
};

/** The task's request, or where an interrupted one is continued, a word about that. */
export function firstPart(
  context: JobContext,
  resumed: { claude: boolean; folder: boolean },
  path: string,
): PromptPart {
  const { attachments } = context.job.prompt;
  return { ...firstPrompt(context, resumed.claude, resumed.folder, path), attachments };
}

/** Messages that came too late for the turn before. */
export function laterPart(messages: readonly JobMessage[]): PromptPart {
  const request = messages.map(messageText).join('\n\n');
  return { request, context: null, attachments: messages.flatMap((one) => one.attachments ?? []) };
}

/** @param told what no person wrote; it comes first */
export async function turnPrompt(
  context: JobContext,
  { request, attachments, context: thread }: PromptPart,
  { told, takesUp }: { told: readonly string[]; takesUp: boolean },
): Promise<TurnPrompt> {
  const images = await loadImages(context, attachments);
  const said = [...told, request].filter((text) => text !== '').join('\n\n');
  return { images, request: said, context: thread, takesUp };
}
