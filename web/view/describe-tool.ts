import type { ToolRow } from '../model/timeline.ts';
import { readTodos } from '../model/todo-list.ts';
import { readToolInput, textOf } from '../model/tool-input.ts';

/** Which field of a tool's input says most about it. */
const TELLING: Readonly<Record<string, string>> = {
  Agent: 'description',
  Bash: 'command',
  Edit: 'file_path',
  Glob: 'pattern',
  Grep: 'pattern',
  LS: 'path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  Read: 'file_path',
  Skill: 'skill',
  Task: 'description',
  TaskCreate: 'subject',
  WebFetch: 'url',
  WebSearch: 'query',
  Write: 'file_path',
};

const SUMMARY_CHARS = 160;

/** A call of a tool in a few words, beside its name. */
export function describeTool({ use }: Pick<ToolRow, 'use'>): string {
  const input = readToolInput(use.input);
  const todos = use.name === 'TodoWrite' ? readTodos(input) : null;
  if (todos !== null) {
    return `${todos.filter(({ status }) => status === 'completed').length} of ${todos.length} done`;
  }
  return oneLine(textOf(input, TELLING[use.name] ?? '') ?? use.input.text);
}

/** `mcp__tickets__search` is `search` of `tickets`. */
export function nameOfTool(name: string): string {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
  return server === undefined || tool === undefined ? name : `${server}: ${tool}`;
}

function oneLine(text: string): string {
  const flat = text.slice(0, SUMMARY_CHARS * 2).replace(/\s+/g, ' ');
  return flat.length > SUMMARY_CHARS ? `${flat.slice(0, SUMMARY_CHARS)}…` : flat;
}
