import type { RecordedRequest } from '../../doubles/model/recorded-request.ts';

/** The images, in base64, that the model was last shown with a message that holds these words. */
export function imagesTold(requests: readonly RecordedRequest[], words: string): string[] {
  const messages = requests.flatMap(({ body }) => body?.messages ?? []);
  const told = messages.findLast(({ content }) => JSON.stringify(content).includes(words));
  if (told === undefined || typeof told.content === 'string') return [];
  return told.content.flatMap((block) => {
    const { type, source } = block as { type: string; source?: { data?: string } };
    return type === 'image' && source?.data !== undefined ? [source.data] : [];
  });
}
