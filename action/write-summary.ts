import type { TaskView } from '../protocol/task.ts';
import { failsStep } from './end-states.ts';
import type { Seen } from './follow-task.ts';
import { neutralLine, neutralLines } from './neutral-text.ts';

/** GitHub takes 1 MiB a step; nobody reads a hundred lines of files. */
const MAX_FILES = 50;
const MAX_WORDS_CHARS = 10_000;

const SIGNS = {
  passed: '✅',
  failed: '❌',
  timed_out: '⏱️',
  broken: '⚠️',
  skipped: '⏭️',
} as const;

/** Text of others as Markdown that shows it and does nothing: no HTML, no image, no mention, no table of its own. */
function plain(text: string, maxChars = 300): string {
  return neutralLine(text, maxChars)
    .replace(/[\\`*_{}[\]()#+!|~>-]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/@(?=[\w/-])/g, '@\u200b')
    .replace(/\b(https?|ftp|www)(?=[:.])/gi, '$1\u200b');
}

/** A block that no text in it can end. */
function block(text: string): string {
  const lines = neutralLines(text.slice(0, MAX_WORDS_CHARS));
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}

export type SummaryInput = {
  task: TaskView;
  seen: Seen;
  url: string;
  failOn: ReadonlySet<string>;
  nowMs: number;
};

/** What the page of the workflow's run shows of the step, as Markdown. */
export function writeSummary({ task, seen, url, failOn, nowMs }: SummaryInput): string {
  const { usage, pullRequest, branch, commitSha, failure, summary, options, endedAt, startedAt } = task;
  const sign = failsStep(task.state, failOn) ? '❌' : task.state === 'completed' ? '✅' : '⏸️';
  const minutes = startedAt === null ? null : ((endedAt ?? nowMs) - startedAt) / 60_000;
  const facts: [string, string][] = [
    ['Session', `[${task.id}](${url})`],
    ...(pullRequest === null
      ? []
      : [['Pull request', `[#${pullRequest.number}](${pullRequest.url})`] as [string, string]]),
    ...(branch === null || commitSha === null
      ? []
      : [['Pushed', `${plain(commitSha.slice(0, 12))} to ${plain(branch)}`] as [string, string]]),
    ['Cost', `$${usage.costUsd.toFixed(4)}${options.maxUsd === null ? '' : ` of $${options.maxUsd}`}`],
    [
      'Tokens',
      `${usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens} in, ${usage.outputTokens} out`,
    ],
    ...(minutes === null
      ? []
      : [['Time', `${minutes.toFixed(1)} minutes, ${seen.turns} turns`] as [string, string]]),
  ];
  const parts = [
    `## ${sign} Signalbox: ${task.state.replaceAll('_', ' ')}`,
    ['| | |', '| --- | --- |', ...facts.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
    ...(failure === null ? [] : [`**${plain(failure.message, 1_000)}** ${plain(failure.remedy, 1_000)}`]),
    ...(summary === null || summary.trim() === '' ? [] : ['### What Claude says', block(summary)]),
    ...filesPart(task, seen),
    ...gatesPart(task, seen),
  ];
  return `${parts.join('\n\n')}\n`;
}

function filesPart({ work }: TaskView, { files, filesCut }: Seen): string[] {
  if (files.length === 0) return [];
  const rest = files.length - MAX_FILES;
  const lines = files
    .slice(0, MAX_FILES)
    .map(
      ({ status, path, insertions, deletions }) =>
        `- ${status}: ${plain(path)}${insertions === null ? '' : ` (+${insertions} −${deletions ?? 0})`}`,
    );
  if (rest > 0 || filesCut) lines.push(`- and ${rest > 0 ? rest : ''} more`);
  const title = work === undefined ? '' : ` (+${work.insertions} −${work.deletions})`;
  return [`### Files${title}`, lines.join('\n')];
}

function gatesPart({ gates }: TaskView, { annotationsDropped }: Seen): string[] {
  if (gates === undefined || gates.results.length === 0) return [];
  const rows = gates.results.map(
    ({ name, required, status, detail, durationMs }) =>
      `| ${SIGNS[status]} ${status.replace('_', ' ')} | ${plain(name)}${required ? '' : ' (advisory)'} | ${(durationMs / 1_000).toFixed(1)} s | ${plain(detail ?? '')} |`,
  );
  const table = ['| | gate | time | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const more =
    annotationsDropped === 0 ? [] : [`${annotationsDropped} more annotations are on the session's page.`];
  return ['### Gates', table, ...more];
}
