/** Which tools Claude may use. A name, or a prefix that ends in `*` (`mcp__docs__*`). */
export type ToolPolicy = { allow: readonly string[] };

/** Files, commands, sub-agents, to-do lists and the look-ups that change nothing. */
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
