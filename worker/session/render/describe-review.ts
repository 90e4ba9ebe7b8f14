import type { TaskRecord } from '../session-record.ts';
import { escapeMarkdown } from './escape-markdown.ts';

/** Where a review stands, and how much of it is new. */
export function describeReview({ reviewed }: TaskRecord): string[] {
  if (reviewed === undefined) return [];
  if ('problem' in reviewed) return [`The review could not be written: ${escapeMarkdown(reviewed.problem)}`];
  const { fresh, url } = reviewed;
  const what = fresh === 0 ? 'no new findings' : fresh === 1 ? 'one new finding' : `${fresh} new findings`;
  return [url === null ? `Review: ${what}` : `[Review](${url}): ${what}`];
}
