import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { CutText } from '../../protocol/events.ts';
import {
  DEFAULT_GATE_MINUTES,
  type GateCommand,
  type GateKind,
  type GateResult,
} from '../../protocol/gates.ts';
import { cutToEnd } from '../claude/cut-text.ts';
import { type CommandDeps, type CommandEnd, runCommand } from '../commands/run-command.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import { collectFindings } from './collect-findings.ts';
import { LiveOutput } from './live-output.ts';

const MINUTE_MS = 60_000;

/** Of a gate's output in its event, the end: that is where build tools say what was wrong. */
const MAX_OUTPUT_BYTES = 30_000;

/** Where gates run. */
export type GatePlace = {
  folder: string;
  git: GitFolders | null;
  signal: AbortSignal;
};

export type GateDeps = {
  commands: CommandDeps;
  /** The next part of a gate's output, without secrets. */
  clean: (name: string, text: string) => string;
  /** The whole of a text, without secrets. */
  cleanWhole: (text: string) => string;
  /** Keeps the whole of an output that is cut; null when it can't. */
  keep: (text: string) => string | null;
  onOutput: (name: string, text: string) => void;
  /** ms since 1970. */
  now: () => number;
};

export type GateJob = GateCommand & { kind: GateKind; args?: readonly string[] };

/** Runs one command and reads what it found. Null: it was ended because the job ends. */
export async function runGate(gate: GateJob, place: GatePlace, deps: GateDeps): Promise<GateResult | null> {
  const { name, kind, required = true } = gate;
  const common = { name, kind, required };
  const cwd = await folderOf(gate.directory ?? '', place.folder);
  if (cwd === null) {
    return {
      ...common,
      ...NOT_RUN,
      status: 'broken',
      detail: `There is no folder ${gate.directory} inside the repository`,
    };
  }
  // Files' times are a little older than the clock on some file systems.
  const sinceMs = deps.now() - 1_000;
  const live = new LiveOutput((text) => deps.onOutput(name, text));
  const end = await runCommand(
    {
      command: gate.command,
      args: gate.args ?? [],
      cwd,
      folder: place.folder,
      git: place.git,
      timeLimitMs: (gate.minutes ?? DEFAULT_GATE_MINUTES) * MINUTE_MS,
      signal: place.signal,
      onOutput: (text) => live.add(deps.clean(name, text)),
    },
    deps.commands,
  );
  live.end();
  if (end.reason === 'aborted') return null;
  const whole = deps.cleanWhole(end.output);
  const found = await collectFindings(whole, gate.reports ?? [], { cwd, folder: place.folder, sinceMs });
  const { status, detail } = judge(end, gate);
  return {
    ...common,
    status,
    detail:
      [detail, ...found.troubles]
        .filter((text) => text !== null)
        .join(' ')
        .slice(0, 1_000) || null,
    exitCode: end.exitCode,
    durationMs: end.durationMs,
    tests: found.tests,
    output: endOf(whole, end.bytes, deps.keep),
    annotations: found.annotations,
    annotationsCut: found.cut,
  };
}

/** What a result says where no command ran. */
export const NOT_RUN = {
  exitCode: null,
  durationMs: 0,
  tests: null,
  output: { text: '', bytes: 0, cut: false },
  annotations: [],
  annotationsCut: false,
};

/** A gate that had nothing to look at. */
export function skippedGate({ name, kind, required = true }: GateJob, detail: string): GateResult {
  return { name, kind, required, ...NOT_RUN, status: 'skipped', detail };
}

function judge(
  end: CommandEnd,
  { minutes = DEFAULT_GATE_MINUTES }: GateCommand,
): Pick<GateResult, 'status' | 'detail'> {
  switch (end.reason) {
    case 'timed_out':
      return { status: 'timed_out', detail: `It did not end within ${minutes} min.` };
    case 'not_started':
    case 'aborted':
      return { status: 'broken', detail: 'It could not be started.' };
    case 'exited':
      if (end.exitCode === 0) return { status: 'passed', detail: null };
      // What a shell says of a command that is not there, or can't be run.
      if (end.exitCode === 127 || end.exitCode === 126) {
        return { status: 'broken', detail: 'A command in it was not found on the runner.' };
      }
      return {
        status: 'failed',
        detail: end.exitCode === null ? 'It was killed.' : `It ended with ${end.exitCode}.`,
      };
  }
}

/** A folder in the repository, wherever links lead; null when it is not in it. */
async function folderOf(directory: string, folder: string): Promise<string | null> {
  const found = await Promise.all([realpath(join(folder, directory)), realpath(folder)]).catch(() => null);
  if (found === null) return null;
  const [real, root] = found;
  return real === root || real.startsWith(`${root}${sep}`) ? real : null;
}

function endOf(whole: string, bytes: number, keep: GateDeps['keep']): CutText {
  const end = cutToEnd(whole, MAX_OUTPUT_BYTES);
  const kept = end.cut ? keep(whole) : null;
  return { ...end, bytes: Math.max(bytes, end.bytes), ...(kept === null ? {} : { kept }) };
}
