import { cutToBytes } from '../../protocol/cut-text.ts';

/** What a small model is shown of the work. Names are what its quotes refer to. */
export type Material = {
  request: string;
  /** Claude's last words. */
  answer: string;
  /** The changed files and their patch; null where nothing is known of them. */
  changes: string | null;
  /** The end command with its exit code and output; null where none ran. */
  command: string | null;
};

export const SOURCES = ['answer', 'changes', 'command'] as const;
export type Source = (typeof SOURCES)[number];

/** Together far below the window of a small model. */
const PART_BYTES = { request: 16_000, answer: 24_000, changes: 80_000, command: 16_000 } as const;

/** The material as it is shown: what is quoted must stand in exactly this. */
export function fitMaterial(material: Material): Material {
  const shorten = <T extends string | null>(text: T, bytes: number): T | string =>
    text === null ? text : cutToBytes(text, bytes).text;
  return {
    request: shorten(material.request, PART_BYTES.request),
    answer: shorten(material.answer, PART_BYTES.answer),
    changes: shorten(material.changes, PART_BYTES.changes),
    command: tail(material.command),
  };
}

/** Of a command's output the end says most. */
function tail(text: string | null): string | null {
  return text === null || text.length <= PART_BYTES.command ? text : text.slice(-PART_BYTES.command);
}

/**
 * Puts each part between marks that nobody who wrote one of them can know.
 *
 * @param nonce new for each question
 */
export function showParts(parts: Readonly<Record<string, string | null>>, nonce: string): string {
  return Object.entries(parts)
    .filter(([, text]) => text !== null)
    .map(([name, text]) => `<part-${nonce} name="${name}">\n${text}\n</part-${nonce}>`)
    .join('\n\n');
}
