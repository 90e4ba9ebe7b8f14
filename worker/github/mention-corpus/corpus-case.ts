import type { ParsedMention } from '../parse-mention.ts';

/** A body as people and mail programs write it; the bot is `@signalbox`. */
export type CorpusCase = { title: string; body: string; expected: ParsedMention };

export const prompt = (text: string, options = {}): ParsedMention => ({
  status: 'command',
  command: { type: 'prompt', text, options },
});
