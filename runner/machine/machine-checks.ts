import type { ProbeInput } from '../claude/probe-claude.ts';
import { availableMemoryBytes } from './available-memory.ts';
import type { Check } from './check.ts';
import type { ClaudeChecks } from './check-claude.ts';
import { checkClaude } from './check-claude.ts';
import { checkDisk } from './check-disk.ts';
import { checkGit } from './check-git.ts';
import { judgeMemory } from './check-memory.ts';

/** Programs are seldom removed under a running runner; a login may expire, which Claude itself then says. */
const FRESH_MS = 10 * 60_000;

type Looked = { atMs: number; git: Check; claude: ClaudeChecks };

/**
 * Looks at git and Claude Code once, and at each job at what may have changed: the disk each time, the programs when
 * they were missing or the last look is old (in the background then, because it takes half a second).
 */
export async function machineChecks(
  input: ProbeInput & { monotonic: () => number; others?: readonly Check[] },
): Promise<{ claudeVersion: string | null; look: () => Promise<readonly Check[]> }> {
  const lookAtPrograms = async (): Promise<Looked> => {
    const [git, claude] = await Promise.all([checkGit(), checkClaude(input)]);
    return { atMs: input.monotonic(), git, claude };
  };
  let last = await lookAtPrograms();
  const look = async (): Promise<readonly Check[]> => {
    const wasBroken = [last.git, ...last.claude.checks].some((check) => check.status === 'broken');
    if (wasBroken) last = await lookAtPrograms();
    else if (input.monotonic() - last.atMs > FRESH_MS) {
      last = { ...last, atMs: input.monotonic() };
      void lookAtPrograms().then((looked) => {
        last = looked;
      });
    }
    return [
      last.git,
      ...last.claude.checks,
      checkDisk(input.dataDir),
      judgeMemory(availableMemoryBytes()),
      ...(input.others ?? []),
    ];
  };
  return { claudeVersion: last.claude.version, look };
}
