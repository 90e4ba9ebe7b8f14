import path from 'node:path';
import { matchesAny } from '../policy/match-glob.ts';

/** Which tools Claude may use. A name, or a prefix that ends in `*` (`mcp__docs__*`). */
export type ToolPolicy = {
  allow: readonly string[];
  /** Taken from the model altogether: the CLI runs some tools (reading, harmless commands) without asking anybody. */
  deny?: readonly string[];
  /** Which other tools a person may permit, by patterns; `allow: null` for any. Left out: none. */
  ask?: { allow: readonly string[] | null; deny: readonly string[] };
};

/** Files, commands, sub-agents, to-do lists and look-ups. */
export const DEFAULT_TOOL_POLICY: ToolPolicy = {
  allow: [
    'Agent',
    'Bash',
    'BashOutput',
    'Edit',
    'Glob',
    'Grep',
    'KillShell',
    'LS',
    'MultiEdit',
    'NotebookEdit',
    'Read',
    'ReportFindings',
    'Skill',
    'Task',
    'TaskCreate',
    'TaskGet',
    'TaskList',
    'TaskOutput',
    'TaskStop',
    'TaskUpdate',
    'TodoWrite',
    'ToolSearch',
    'WebFetch',
    'WebSearch',
    'Write',
  ],
};

/** What a review may use: what a pull request says can have nothing run, written or sent. */
const REVIEW_TOOLS: readonly string[] = ['Glob', 'Grep', 'LS', 'Read', 'TodoWrite'];

/** The tools of a review. For what it lacks nobody is asked. */
export const REVIEW_TOOL_POLICY: ToolPolicy = {
  allow: REVIEW_TOOLS,
  deny: DEFAULT_TOOL_POLICY.allow.filter((name) => !REVIEW_TOOLS.includes(name)),
};

/** The CLI's own way to an answer by a schema. It does nothing else. */
const ANSWER_TOOL = 'StructuredOutput';

/** The same policy with the tool for an answer by a schema, where one is wanted. */
export function withAnswerTool(policy: ToolPolicy, outputSchema: unknown): ToolPolicy {
  return outputSchema == null ? policy : { ...policy, allow: [...policy.allow, ANSWER_TOOL] };
}

/** Tools that write a file, with the input field that names it. */
const WRITES: Readonly<Record<string, string>> = {
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  Write: 'file_path',
};

export type ToolRequest = { name: string; input: Readonly<Record<string, unknown>>; toolUseId: string };
export type ToolDecision =
  | { type: 'allow' }
  | { type: 'deny'; message: string }
  /** Only a person can say. */
  | { type: 'ask'; kind: 'question' | 'permission' };

/** Where nobody can be asked. */
export const QUESTION_DENIED =
  'Nobody can answer questions right now. Decide yourself, go on, and state the assumption you made in your final message.';
const PLAN_DENIED =
  'There is nobody to approve a plan. Do the work directly and describe what you did in your final message.';

/** What a tool call would write, as the caller wrote it; null when it writes no file of its own. */
export function writtenPath(request: ToolRequest, cwd: string): string | null {
  const field = WRITES[request.name];
  const value = field === undefined ? undefined : request.input[field];
  return typeof value === 'string' ? path.resolve(cwd, value) : null;
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

function isNamed(name: string, policy: ToolPolicy): boolean {
  return policy.allow.some((entry) =>
    entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry,
  );
}

/** What a person can permit is bounded by what the machine's owner lets be used at all. */
function mayBePermitted(name: string, { ask }: ToolPolicy): boolean {
  if (ask === undefined) return false;
  return (ask.allow === null || matchesAny(ask.allow, name)) && !matchesAny(ask.deny, name);
}

export function notAllowed(name: string): string {
  return `The tool ${name} is not allowed in this task. Use another tool; do not ask for it again.`;
}

/**
 * Decides one tool call. Pure.
 *
 * @param realPath what the call would write, with symbolic links resolved; null for other tools.
 * @param writable folders that may be written to, resolved too.
 */
export function decideTool(
  request: ToolRequest,
  policy: ToolPolicy,
  realPath: string | null,
  writable: readonly string[],
): ToolDecision {
  if (request.name === 'AskUserQuestion') return { type: 'ask', kind: 'question' };
  if (request.name === 'EnterPlanMode' || request.name === 'ExitPlanMode') {
    return { type: 'deny', message: PLAN_DENIED };
  }
  if (policy.deny?.includes(request.name) === true)
    return { type: 'deny', message: notAllowed(request.name) };
  if (!isNamed(request.name, policy)) {
    return mayBePermitted(request.name, policy)
      ? { type: 'ask', kind: 'permission' }
      : { type: 'deny', message: notAllowed(request.name) };
  }
  if (realPath !== null && !writable.some((folder) => isInside(realPath, folder))) {
    return {
      type: 'deny',
      message: `${realPath} lies outside the folders of this task (${writable.join(', ')}). Write inside them only.`,
    };
  }
  return { type: 'allow' };
}
