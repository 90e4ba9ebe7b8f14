import type { ClaudeConversation } from '../../claude/driver.ts';
import type { JobContext } from '../job-context.ts';
import { loadImages } from '../load-images.ts';
import { type JobMessage, messageText } from '../message-box.ts';

/** Passes messages into the running turn in the order in which they came: one with images takes longer to load. */
export function sayInOrder(context: JobContext, conversation: ClaudeConversation) {
  let line: Promise<unknown> = Promise.resolve();
  return (message: JobMessage) => {
    const loaded = line.then(() => loadImages(context, message.attachments));
    line = loaded;
    return loaded.then((images) =>
      conversation.say({ id: message.messageId, text: messageText(message), images }),
    );
  };
}
