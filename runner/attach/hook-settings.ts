import { z } from 'zod';
import { REPORTED_HOOKS } from '../../protocol/read-hook.ts';

/** Seconds after which Claude Code goes on without the hook; it takes milliseconds. */
const HOOK_TIMEOUT_S = 5;

const groupSchema = z.looseObject({ hooks: z.array(z.unknown()).optional() });
const hooksSchema = z.record(z.string(), z.array(z.unknown()));
const settingsSchema = z.looseObject({ hooks: hooksSchema.optional() });
export type ClaudeSettings = z.infer<typeof settingsSchema>;

/** Claude Code's settings with a command at each hook; what is there stays, in its order. */
export function addHooks(settings: ClaudeSettings, command: string): ClaudeSettings {
  const clean = removeHooks(settings, command);
  const hooks: Record<string, unknown[]> = { ...clean.hooks };
  for (const event of REPORTED_HOOKS) {
    const handler = { type: 'command', command, timeout: HOOK_TIMEOUT_S };
    hooks[event] = [...(hooks[event] ?? []), { hooks: [handler] }];
  }
  return { ...clean, hooks };
}

/** The settings without this command; what became empty by it goes, everything else stays. */
export function removeHooks(settings: ClaudeSettings, command: string): ClaudeSettings {
  const { hooks, ...rest } = settings;
  if (hooks === undefined) return settings;
  const kept = Object.entries(hooks).flatMap(([event, groups]) => {
    const left = groups.flatMap((group) => withoutCommand(group, command));
    return left.length === 0 && groups.length > 0 ? [] : [[event, left] as const];
  });
  const isOurs = kept.length === 0 && Object.keys(hooks).length > 0;
  return isOurs ? rest : { ...settings, hooks: Object.fromEntries(kept) };
}

/** A group without our handler; none when it held nothing else. */
function withoutCommand(group: unknown, command: string): unknown[] {
  const parsed = groupSchema.safeParse(group);
  const handlers = parsed.data?.hooks;
  if (!parsed.success || handlers === undefined) return [group];
  const left = handlers.filter((handler) => !isCommand(handler, command));
  if (left.length === handlers.length) return [group];
  return left.length === 0 ? [] : [{ ...parsed.data, hooks: left }];
}

function isCommand(handler: unknown, command: string): boolean {
  return (
    typeof handler === 'object' && handler !== null && 'command' in handler && handler.command === command
  );
}

export type ParsedSettings =
  | { status: 'ok'; settings: ClaudeSettings }
  | { status: 'unreadable'; why: string };

/** Reads the text of a settings file; what Claude Code could not read is not touched. */
export function parseSettings(text: string): ParsedSettings {
  if (text.trim() === '') return { status: 'ok', settings: {} };
  try {
    const parsed = settingsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { status: 'ok', settings: parsed.data };
    return { status: 'unreadable', why: 'it is not an object with "hooks" as Claude Code has them' };
  } catch (error) {
    return { status: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** The settings as text, indented as they were. */
export function printSettings(settings: ClaudeSettings, before: string): string {
  const indent = /^\{\r?\n([ \t]+)/.exec(before)?.[1] ?? '  ';
  return `${JSON.stringify(settings, null, indent)}\n`;
}
