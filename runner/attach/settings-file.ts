import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addHooks, type ClaudeSettings, parseSettings, printSettings, removeHooks } from './hook-settings.ts';

/** One's own settings of a project, which are not committed. */
export const settingsPathOf = (project: string) => join(project, '.claude', 'settings.local.json');

export type Changed = { status: 'ok'; made: boolean } | { status: 'unreadable'; message: string };

/** Puts the command at each hook of a project. */
export function attachSettings(project: string, command: string): Changed {
  return change(project, (settings) => addHooks(settings, command));
}

/** Takes the command away again. @param mayDelete the file was made for it: it goes when nothing else is in it */
export function detachSettings(project: string, command: string, mayDelete: boolean): Changed {
  const path = settingsPathOf(project);
  const result = change(project, (settings) => removeHooks(settings, command));
  if (result.status === 'ok' && mayDelete && readText(path)?.trim() === '{}') rmSync(path, { force: true });
  return result;
}

function change(project: string, how: (settings: ClaudeSettings) => ClaudeSettings): Changed {
  const path = settingsPathOf(project);
  const before = readText(path);
  const parsed = parseSettings(before ?? '');
  if (parsed.status === 'unreadable') {
    return {
      status: 'unreadable',
      message: `${path} can't be changed: ${parsed.why}. Mend it and try again.`,
    };
  }
  const after = how(parsed.settings);
  const isSame = JSON.stringify(after) === JSON.stringify(parsed.settings);
  if (!isSame) write(path, printSettings(after, before ?? ''));
  return { status: 'ok', made: before === null && !isSame };
}

/** Written beside and renamed: Claude Code reads the old settings or the new ones. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  writeFileSync(beside, text, mode === undefined ? {} : { mode });
  renameSync(beside, path);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
