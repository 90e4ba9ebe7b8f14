import { type Signal, signal } from '@preact/signals';
import { MAX_MESSAGE_CHARS } from '../../protocol/limits.ts';
import type { DiffLine } from './parse-patch.ts';

/** Where a comment belongs. */
export type LinePlace = {
  /** Of another repository than the session's own. */
  repository: string | null;
  path: string;
  line: DiffLine;
};

export type LineComment = LinePlace & { text: string };

/** Comments on lines of a diff, collected until they go to Claude as one message. */
export type DiffReview = {
  comments: Signal<readonly LineComment[]>;
  /** The line that a comment is being written on. */
  draft: Signal<{ key: string; text: string } | null>;
  add(comment: LineComment): void;
  remove(comment: LineComment): void;
  /** @returns whether it was sent; then nothing is left of them */
  send(about: string): Promise<boolean>;
};

/** One line of one file; the same for both views of a diff. */
export function placeKey({ repository, path, line }: LinePlace): string {
  return `${repository ?? ''}:${path}:${line.before ?? ''}:${line.after ?? ''}`;
}

/** @param sendMessage hands a message to Claude. @returns whether it was accepted */
export function createDiffReview(sendMessage: (text: string) => Promise<boolean>): DiffReview {
  const comments = signal<readonly LineComment[]>([]);
  return {
    comments,
    draft: signal(null),
    add(comment) {
      comments.value = [...comments.value, comment];
    },
    remove(comment) {
      comments.value = comments.value.filter((one) => one !== comment);
    },
    async send(about) {
      const sent = comments.value;
      if (sent.length === 0 || !(await sendMessage(writeReview(about, sent)))) return false;
      // What was written while it was on its way is still to be sent.
      comments.value = comments.value.filter((one) => !sent.includes(one));
      return true;
    },
  };
}

/** Lines of generated files may be of any length. */
const MAX_QUOTED_CHARS = 300;

/**
 * One message with every comment under its path, line and the line's text.
 *
 * @param about what the comments are on: `task 2`
 */
export function writeReview(about: string, comments: readonly LineComment[]): string {
  const blocks = comments.map(({ repository, path, line, text }) => {
    const where = repository === null ? `\`${path}\`` : `\`${path}\` of ${repository}`;
    const number = line.after ?? line.before;
    const which = line.kind === 'removed' ? `line ${number} (removed)` : `line ${number}`;
    const sign = line.kind === 'added' ? '+' : line.kind === 'removed' ? '-' : ' ';
    return `${where}, ${which}:\n\n${fenced(`${sign}${line.text.slice(0, MAX_QUOTED_CHARS)}`)}\n\n${text}`;
  });
  return [`Comments on the changes of ${about}:`, ...blocks].join('\n\n');
}

/** Whether there is room for another one. */
export function fitsReview(about: string, comments: readonly LineComment[]): boolean {
  return writeReview(about, comments).length <= MAX_MESSAGE_CHARS;
}

/** A line may hold a fence itself. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}
