import type { GateSummary } from '../../../protocol/gates.ts';
import type { TaskRecord } from '../session-record.ts';
import { codeSpan, escapeMarkdown } from './escape-markdown.ts';
import { formatDuration } from './format-quantities.ts';

const MARKS: Readonly<Record<GateSummary['status'], string>> = {
  passed: '✅',
  failed: '❌',
  timed_out: '⏱️',
  broken: '⚠️',
  skipped: '⏭️',
};

/** More rows are on the page. */
const MAX_SHOWN = 20;
const MAX_DETAIL_CHARS = 200;

/** What the checks of the work came to, and what people can do about it; nothing while all is well or unknown. */
export function describeGates({ view, gatesWait, endRequest }: TaskRecord): string[] {
  const { gates } = view;
  if (gates === undefined) return [];
  const blocks: string[] = [];
  const bad = gates.results.filter(({ status }) => status !== 'passed' && status !== 'skipped');
  if (bad.length > 0) blocks.push(bad.slice(0, MAX_SHOWN).map(describeGate).join('\n'));
  if (gates.overriddenBy !== null) {
    blocks.push(`${escapeMarkdown(`@${gates.overriddenBy}`)} let the work pass although checks failed.`);
  }
  if (view.state === 'qa_failed' && endRequest === null) {
    blocks.push(
      gatesWait === false
        ? `Claude gets the output and tries again (${gates.retries}).`
        : 'Say what Claude shall do about it, `retry checks` to run them again, or `reject`. An admin may `override checks`.',
    );
  }
  return blocks;
}

function describeGate({ name, required, status, detail, durationMs, tests }: GateSummary): string {
  const facts = [
    required ? null : 'advisory',
    tests === null ? null : `${tests.failed} of ${tests.total} tests failed`,
    durationMs < 1_000 ? null : formatDuration(durationMs),
  ].filter((fact) => fact !== null);
  const more = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const why = detail === null ? '' : `: ${escapeMarkdown(detail.slice(0, MAX_DETAIL_CHARS))}`;
  return `- ${MARKS[status]} ${codeSpan(name)}${more}${why}`;
}
