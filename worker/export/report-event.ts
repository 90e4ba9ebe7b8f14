import type { CutText, LoggedEvent } from '../../protocol/events.ts';
import { fenceText, inlineCode, plainText, quoteMarkdown } from './quote-markdown.ts';

/** Enough to see what a tool was asked and what it said; the transcript has the rest. */
const MAX_INPUT_CHARS = 1_000;
const MAX_RESULT_CHARS = 2_000;

/** Tools' names by id: a result comes later than its use. */
export type OpenTools = Map<string, string>;

/**
 * An event as a paragraph of a report; null for what a reader of the report learns nothing from. Claude's thinking and
 * what only the parts of Signalbox tell each other are in the transcript alone.
 */
export function reportEvent({ at, event }: LoggedEvent, open: OpenTools): string | null {
  const time = clockOf(at);
  switch (event.type) {
    case 'task.created':
      return `${time} **${plainText(event.requester)}** asked (${event.source}):\n\n${quoteMarkdown(event.request)}`;
    case 'message.received':
      return `${time} **${plainText(event.author)}** wrote (${event.source}):\n\n${quoteMarkdown(event.text)}`;
    case 'claude.text':
      return `${time} **Claude**${event.parent === null ? '' : ' (a sub-agent)'}:\n\n${quoteMarkdown(event.text)}`;
    case 'claude.tool_use':
      open.set(event.toolUseId, event.name);
      return `${time} Tool ${inlineCode(event.name)}\n\n${fenceText(shorten(event.input, MAX_INPUT_CHARS))}`;
    case 'claude.tool_result': {
      const name = event.name ?? open.get(event.toolUseId) ?? 'tool';
      open.delete(event.toolUseId);
      const took = event.durationMs === null ? '' : `, ${secondsOf(event.durationMs)}`;
      const heading = `${time} ${inlineCode(name)} ${event.isError ? '**failed**' : 'answered'}${took}`;
      return event.output.text === ''
        ? heading
        : `${heading}\n\n${fenceText(shorten(event.output, MAX_RESULT_CHARS))}`;
    }
    case 'claude.permission_denied':
      return `${time} ${inlineCode(event.name)} was not allowed: ${plainText(event.message)}`;
    case 'claude.turn_ended':
      return `${time} Turn over after ${secondsOf(event.durationMs)}: ${usdOf(event.usage.costUsd)}, ${event.usage.inputTokens + event.usage.outputTokens} tokens${event.model === null ? '' : `, ${inlineCode(event.model)}`}`;
    case 'automation.judged':
      return event.holds
        ? `${time} The end criteria hold`
        : `${time} The end criteria do not hold yet: ${plainText(event.missing ?? '')}`;
    case 'automation.continued':
      return `${time} The task goes on by itself (${event.iteration}):\n\n${quoteMarkdown(event.text)}`;
    case 'input.wanted':
      return event.kind === 'chat'
        ? `${time} Claude waits for the next message`
        : `${time} A person is asked: ${plainText(event.text ?? '')}`;
    case 'job.assigned':
      return `${time} Runner ${inlineCode(event.runnerName)} took the job (attempt ${event.epoch})`;
    case 'job.lost':
      return `${time} The runner was lost: ${plainText(event.reason)}`;
    case 'task.moved':
      return `${time} The task is ${inlineCode(event.to)}${event.reason === null ? '' : `: ${plainText(event.reason)}`}`;
    case 'task.failed':
      return `${time} **Failed**: ${plainText(event.failure.message)} ${plainText(event.failure.remedy)}`;
    case 'notice':
      return `${time} ${plainText(event.text)}`;
    case 'work.captured':
      return event.changed
        ? `${time} ${event.files.length}${event.filesCut ? ' and more' : ''} files changed, +${event.insertions} −${event.deletions}\n\n${event.files.map(({ path, status }) => `- ${inlineCode(path)} ${status}`).join('\n')}`
        : `${time} Nothing was changed`;
    case 'gates.finished':
      return event.results.length === 0
        ? null
        : `${time} Gates ${event.passed ? 'passed' : '**failed**'}\n\n${event.results.map(({ name, passed }) => `- ${plainText(name)}: ${passed ? 'passed' : 'failed'}`).join('\n')}`;
    case 'commit.made':
      return `${time} Commit ${inlineCode(event.sha)} on ${inlineCode(event.branch)}`;
    case 'push.done':
      return `${time} Pushed to ${inlineCode(event.branch)}`;
    case 'commits.signed':
      return `${time} GitHub committed ${inlineCode(event.sha)} to ${inlineCode(event.branch)}${event.repository === undefined ? '' : ` of ${inlineCode(event.repository)}`}${event.verified ? ', verified' : ', not verified'}`;
    case 'repository.captured':
      return event.changed
        ? `${time} ${inlineCode(event.repository)}: ${event.files.length}${event.filesCut ? ' and more' : ''} files changed, +${event.insertions} −${event.deletions}`
        : `${time} ${inlineCode(event.repository)}: nothing was changed`;
    case 'repository.pushed':
      return `${time} Pushed to ${inlineCode(event.branch)} of ${inlineCode(event.repository)}`;
    case 'repository.rescued':
      return `${time} Unpublished work on ${inlineCode(event.repository)} is kept under ${inlineCode(event.ref)}`;
    case 'rescue.made':
      return `${time} Unpublished work is kept under ${inlineCode(event.ref)}`;
    case 'pull_request.opened':
      return `${time} Pull request [${event.repository ?? ''}#${event.pullRequest.number}](<${event.pullRequest.url.replace(/[<>\s]/g, '')}>) ${event.updated ? 'updated' : 'opened'}`;
    default:
      return null;
  }
}

export const usdOf = (usd: number): string => `$${usd.toFixed(2)}`;
export const secondsOf = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
/** In UTC, to the second. */
export const momentOf = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const clockOf = (at: number): string => `\`${new Date(at).toISOString().slice(11, 19)}\``;

function shorten({ text, bytes, cut }: CutText, chars: number): string {
  if (text.length <= chars) return cut ? `${text}\n… (cut; ${bytes} bytes in all)` : text;
  return `${text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '')}\n… (cut; ${bytes} bytes in all)`;
}
