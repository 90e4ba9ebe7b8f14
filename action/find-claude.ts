import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type FoundClaude =
  /** Null: none is on the PATH; npm brings one. */
  { status: 'found'; path: string | null } | { status: 'missing'; message: string };

/** Claude Code's executable for the runner inside a job: the one that the input names, else `claude` on the PATH. */
export function findClaude(chosen: string | null, path: string): FoundClaude {
  if (chosen === null) {
    const found = path
      .split(delimiter)
      .map((folder) => join(folder, 'claude'))
      .find(isExecutable);
    return { status: 'found', path: found ?? null };
  }
  if (isExecutable(chosen)) return { status: 'found', path: chosen };
  const message = `"claude-path" names ${chosen}, which is no program that can be run. Install Claude Code before this step (npm install -g @anthropic-ai/claude-code), or leave "claude-path" out.`;
  return { status: 'missing', message };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
