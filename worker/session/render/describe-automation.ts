import { isTerminal } from '../../../protocol/task-state.ts';
import { waitsForPerson } from '../automation/note-automation.ts';
import type { TaskRecord } from '../session-record.ts';
import { escapeMarkdown, quote } from './escape-markdown.ts';

/** What a person is wanted for, how often the task went on by itself, and what its end criteria still miss. */
export function describeAutomation(task: TaskRecord): string[] {
  const { automation, options, state } = task.view;
  if (automation === undefined) return [];
  const blocks = describeWait(task);
  const { iterations, missing } = automation;
  if (iterations > 0) {
    const times = iterations === 1 ? 'once' : `${iterations} times`;
    blocks.push(`Went on by itself ${times} of at most ${options.maxIterations}.`);
  }
  if (missing !== null && state !== 'completed') {
    const word = isTerminal(state) ? 'Missing at the end' : 'Still missing';
    blocks.push(`**${word}:** ${escapeMarkdown(missing)}`);
  }
  return blocks;
}

function describeWait(task: TaskRecord): string[] {
  const { automation, summary } = task.view;
  const wants = automation?.wants ?? null;
  if (wants === null || !waitsForPerson(task)) return [];
  const said = summary === null ? [] : [quote(summary)];
  const how = 'Answer in a comment that mentions the App, or say `done` to take the work as it is.';
  return wants.text === null
    ? [...said, how]
    : [`**A person is asked:** ${escapeMarkdown(wants.text)}`, ...said, how];
}
