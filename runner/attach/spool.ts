import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type HookInput, type HookReport, hookInputSchema, MAX_HOOK_REPORTS } from '../../protocol/hooks.ts';
import { readHook } from '../../protocol/read-hook.ts';

/** Reports of one Claude Code, in their order, and the files that go once they are stored. */
export type Batch = { claudeSessionId: string; cwd: string; reports: HookReport[]; files: string[] };

export type Spooled = {
  /** Null: nothing waits. */
  batch: Batch | null;
  /** What no hook of ours has written, or tells nothing: it goes without being sent. */
  useless: string[];
};

/** Files that are looked at for one batch: two terminals may write in turns. */
const MAX_FILES = 2 * MAX_HOOK_REPORTS;

/** Far below what one call may bring, and quick to send over a slow line. */
const MAX_BATCH_CHARS = 2_000_000;

/** `<ns since 1970>-<pid>.json`: their names are their order. */
const FILE_NAME = /^(\d{16,20})-\d+\.json$/;

/**
 * The oldest reports that wait, of one Claude Code.
 *
 * @param clean takes secrets out of an input, before anything of it is cut
 * @param max fewer than usual, to find the one that is refused
 */
export function readSpool(
  spool: string,
  clean: (input: HookInput) => HookInput,
  max: number = MAX_HOOK_REPORTS,
): Spooled {
  const useless: string[] = [];
  let batch: Batch | null = null;
  let chars = 0;
  for (const file of spooledFiles(spool).slice(0, MAX_FILES)) {
    const input = readInput(join(spool, file));
    const report = input === null ? null : readHook(clean(input), markOf(file));
    if (input === null || report === null) {
      useless.push(file);
      continue;
    }
    batch ??= { claudeSessionId: input.session_id, cwd: input.cwd, reports: [], files: [] };
    if (input.session_id !== batch.claudeSessionId) continue;
    chars += JSON.stringify(report).length;
    if (batch.files.length > 0 && chars > MAX_BATCH_CHARS) break;
    batch.reports.push(report);
    batch.files.push(file);
    if (batch.files.length >= max) break;
  }
  return { batch, useless };
}

export function spooledFiles(spool: string): string[] {
  try {
    return readdirSync(spool)
      .filter((name) => FILE_NAME.test(name))
      .sort();
  } catch {
    return [];
  }
}

export function dropSpooled(spool: string, files: readonly string[]): void {
  for (const file of files) rmSync(join(spool, file), { force: true });
}

/** When it was written, and a name that is the same each time it is sent. */
function markOf(file: string): { at: number; id: string } {
  const digits = FILE_NAME.exec(file)?.[1] ?? '0';
  return { at: Number(BigInt(digits) / 1_000_000n), id: file.replace(/\.json$/, '') };
}

function readInput(path: string): HookInput | null {
  try {
    return hookInputSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
