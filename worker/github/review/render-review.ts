import type { Finding } from '../../../protocol/review.ts';
import { escapeMarkdown } from '../../session/render/escape-markdown.ts';
import { findingMarker } from './finding-marker.ts';
import type { ReviewPlan } from './plan-review.ts';

const SEVERITY = { high: '🔴 High', medium: '🟠 Medium', low: '🟡 Low' } as const;

/** GitHub's limit for a review's text, with room for its marker. */
const MAX_BODY_CHARS = 60_000;

/** The comment beside the lines. Claude's words are made harmless; a suggestion is code, and stands as it is. */
export function renderFinding(finding: Finding): string {
  const { body, severity, suggestion } = finding;
  const parts = [`**${SEVERITY[severity]}.** ${escapeMarkdown(body)}`];
  if (suggestion !== null) parts.push(suggestionBlock(suggestion));
  return [...parts, findingMarker(finding)].join('\n\n');
}

/** As GitHub takes one of a review's comments. */
export function reviewComment(finding: Finding) {
  const { path, line, side, startLine } = finding;
  const range = startLine === null ? {} : { start_line: startLine, start_side: side };
  return { path, line, side, ...range, body: renderFinding(finding) };
}

/** The text of the review itself. */
export function renderReview(
  summary: string,
  { fresh, elsewhere, standing, resolve }: ReviewPlan,
  sessionUrl: string,
): string {
  const counts = [
    count(fresh.length, 'new finding'),
    ...(standing > 0 ? [`${count(standing, 'earlier one')} still there`] : []),
    ...(resolve.length > 0 ? [`${count(resolve.length, 'earlier one')} resolved`] : []),
  ];
  const others = elsewhere.map(
    ({ path, line, severity, body }) =>
      `- **${SEVERITY[severity]}**, ${escapeMarkdown(path)}, line ${line}: ${escapeMarkdown(body).replaceAll('\n', '\n  ')}`,
  );
  const parts = [
    escapeMarkdown(summary),
    `${counts.join(', ')}. [The session](${sessionUrl}).`,
    ...(others.length > 0 ? ['Outside of the lines that this pull request shows:', others.join('\n')] : []),
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, MAX_BODY_CHARS);
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** A fence longer than any in it: what is suggested can't end the block. */
function suggestionBlock(suggestion: string): string {
  const runs = suggestion.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}suggestion\n${suggestion.replace(/\n$/, '')}\n${fence}`;
}
