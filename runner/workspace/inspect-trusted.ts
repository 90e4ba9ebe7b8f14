import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TRUSTED_NAMES } from '../git/trusted-paths.ts';

/** Instructions that may bring in other files with `@path`. */
const INSTRUCTIONS = ['CLAUDE.md', 'CLAUDE.local.md', '.claude/CLAUDE.md'];

/** An import, or something that could be one, such as a person's name: then the whole tree is waited for. */
const IMPORT = /(?:^|\s)@[\w./~-]/m;

/** Settings that start nothing. Every other may name a program of the repository. */
const STILL = new Set([
  '$schema',
  'attribution',
  'cleanupPeriodDays',
  'includeCoAuthoredBy',
  'includeGitInstructions',
  'language',
  'model',
  'outputStyle',
  'permissions',
]);

/**
 * Whether what Claude Code reads at its start is all there before the rest of the tree is, and starts nothing: no
 * import and no link that leads into the tree, no server, no hook. Only then may the tree follow later.
 */
export async function startsAlone(folder: string): Promise<boolean> {
  if (await exists(join(folder, '.mcp.json'))) return false;
  const links = await Promise.all(TRUSTED_NAMES.map((name) => holdsLink(join(folder, name))));
  if (links.includes(true)) return false;
  const texts = await Promise.all(INSTRUCTIONS.map((name) => textOf(join(folder, name))));
  if (texts.some((text) => text !== null && IMPORT.test(text))) return false;
  const settings = await Promise.all(
    ['settings.json', 'settings.local.json'].map((name) => textOf(join(folder, '.claude', name))),
  );
  return settings.every((text) => text === null || isStill(text));
}

function isStill(settings: string): boolean {
  try {
    return Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(settings))).every((key) =>
      STILL.has(key),
    );
  } catch {
    return false;
  }
}

async function holdsLink(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => null);
  if (info === null) return false;
  if (!info.isDirectory()) return !info.isFile();
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.some((entry) => !entry.isFile() && !entry.isDirectory());
}

const exists = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null)) !== null;

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
