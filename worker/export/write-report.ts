import type { LoggedEvent } from '../../protocol/events.ts';
import type { SessionAnswer } from '../../protocol/http.ts';
import type { TaskView } from '../../protocol/task.ts';
import { inlineCode, plainText } from './quote-markdown.ts';
import { momentOf, type OpenTools, reportEvent, usdOf } from './report-event.ts';
import type { EventWriter } from './stream-events.ts';

/** A session as a Markdown document for people: what was asked, what was done, what it cost, and each step. */
export function reportWriter({ session, tasks }: SessionAnswer): EventWriter {
  const open: OpenTools = new Map();
  let day: string | null = null;
  let taskId: string | null = null;
  const paragraphs = (logged: LoggedEvent): string[] => {
    const text = reportEvent(logged, open);
    if (text === null) return [];
    const parts: string[] = [];
    if (logged.taskId !== null && logged.taskId !== taskId) {
      taskId = logged.taskId;
      parts.push(`### ${headingOf(tasks, taskId)}`);
      day = null;
    }
    const date = new Date(logged.at).toISOString().slice(0, 10);
    if (date !== day) parts.push(`**${date}** (UTC)`);
    day = date;
    return [...parts, text];
  };
  return {
    contentType: 'text/markdown; charset=utf-8',
    extension: 'md',
    begin: `${overview({ session, tasks })}\n\n## What happened\n\n`,
    events: (events) =>
      events
        .flatMap(paragraphs)
        .map((text) => `${text}\n\n`)
        .join(''),
    end: () =>
      '---\n\nWritten by Signalbox. Tool texts are shortened; the transcript of the session has all of them.\n',
  };
}

function overview({ session, tasks }: SessionAnswer): string {
  const { workspace } = session;
  const place =
    workspace.type === 'github'
      ? `${workspace.repository.owner}/${workspace.repository.name}`
      : workspace.type === 'e2b'
        ? workspace.template
        : workspace.path;
  const costUsd = tasks.reduce((sum, { usage }) => sum + usage.costUsd, 0);
  const facts: [string, string][] = [
    ['session', inlineCode(session.id)],
    ['status', session.status],
    [workspace.type, inlineCode(place)],
    ['branch', session.branch === null ? 'none' : inlineCode(session.branch)],
    ['begun', momentOf(session.createdAt)],
    ['last changed', momentOf(session.updatedAt)],
    ['cost', usdOf(costUsd)],
  ];
  const table = ['| | |', '| --- | --- |', ...facts.map(([name, value]) => `| ${name} | ${value} |`)];
  return [
    `# ${plainText(session.title)}`,
    table.join('\n'),
    ...(tasks.length === 0 ? [] : [taskTable(tasks)]),
  ].join('\n\n');
}

function taskTable(tasks: readonly TaskView[]): string {
  const rows = tasks.map(({ number, state, requester, usage, pullRequest, failure }) => {
    const result =
      failure !== null ? plainText(failure.message) : pullRequest === null ? '' : `#${pullRequest.number}`;
    return `| ${number} | ${state} | ${plainText(requester.login)} | ${usdOf(usage.costUsd)} | ${result} |`;
  });
  return [
    '## Tasks',
    ['| task | state | asked by | cost | result |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function headingOf(tasks: readonly TaskView[], taskId: string): string {
  const task = tasks.find(({ id }) => id === taskId);
  return task === undefined
    ? `Task ${taskId.slice(taskId.lastIndexOf('.') + 1)}`
    : `Task ${task.number}: ${task.state}`;
}
