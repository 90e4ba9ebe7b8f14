import { z } from 'zod';
import type { SessionEvent } from '../../protocol/events.ts';
import { readToolInput } from './tool-input.ts';

export type Todo = { text: string; status: 'pending' | 'in_progress' | 'completed' };

/** What Claude has set out to do in a task, as it stands. */
export type TodoList = { taskId: string | null; items: readonly Todo[] };

const statusSchema = z.enum(['pending', 'in_progress', 'completed']);

/** Claude Code's `TodoWrite` names the whole list each time. */
const writtenSchema = z.object({
  todos: z.array(z.object({ content: z.string(), status: statusSchema.catch('pending') })).max(200),
});

/** Its newer tools name one entry each; the number of a new one is in the result alone. */
const createdSchema = z.object({ subject: z.string() });
const updatedSchema = z.object({
  taskId: z.coerce.string(),
  subject: z.string().optional(),
  status: z.union([statusSchema, z.literal('deleted')]).optional(),
});
const NUMBER_IN_RESULT = /#(\d{1,6})/;

/** The list that a call of `TodoWrite` writes; null when it can't be read. */
export function readTodos(input: unknown): Todo[] | null {
  const written = writtenSchema.safeParse(input);
  return written.success
    ? written.data.todos.map(({ content, status }) => ({ text: content, status }))
    : null;
}

/** Follows what Claude writes on its to-do list. Lists of sub-agents are their own and are left out. */
export function createTodoReader(): {
  take(taskId: string | null, event: SessionEvent): void;
  current(): TodoList | null;
} {
  let list: TodoList | null = null;
  let entries = new Map<string, Todo>();
  const created = new Map<string, string>();

  function show(taskId: string | null): void {
    list = { taskId, items: [...entries.values()] };
  }

  function use(taskId: string | null, { toolUseId, name, input }: ToolUse): void {
    if (name === 'TodoWrite') {
      const todos = readTodos(readToolInput(input));
      if (todos === null) return;
      entries = new Map(todos.map((todo, index) => [String(index + 1), todo]));
      show(taskId);
    } else if (name === 'TaskCreate') {
      const read = createdSchema.safeParse(readToolInput(input));
      if (read.success) created.set(toolUseId, read.data.subject);
    } else if (name === 'TaskUpdate') {
      const read = updatedSchema.safeParse(readToolInput(input));
      const before = read.success ? entries.get(read.data.taskId) : undefined;
      if (!read.success || before === undefined) return;
      const { taskId: number, subject, status } = read.data;
      if (status === 'deleted') entries.delete(number);
      else entries.set(number, { text: subject ?? before.text, status: status ?? before.status });
      show(taskId);
    }
  }

  return {
    take(taskId, event) {
      if (event.type === 'claude.tool_use' && event.parent === null) use(taskId, event);
      if (event.type !== 'claude.tool_result') return;
      const text = created.get(event.toolUseId);
      const number = NUMBER_IN_RESULT.exec(event.output.text)?.[1];
      created.delete(event.toolUseId);
      if (text === undefined || number === undefined || event.isError) return;
      entries.set(number, { text, status: 'pending' });
      show(taskId);
    },
    current: () => list,
  };
}

type ToolUse = Extract<SessionEvent, { type: 'claude.tool_use' }>;
