import type { GateResult } from '../../../protocol/gates.ts';
import { failurePrompt } from '../../gates/failure-prompt.ts';
import { type GatePlan, readGates } from '../../gates/read-gates.ts';
import { NOT_RUN } from '../../gates/run-gate.ts';
import { type GatesInput, gateNames, runGates } from '../../gates/run-gates.ts';
import type { Captured, SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';

/** One repository's captured work. */
export type GatedWork = {
  workspace: SessionWorkspace;
  captured: Pick<Captured, 'tree' | 'insertions' | 'deletions'>;
  /** Stands before the names of its gates where a task works on several repositories. */
  label: string | null;
};

export type PlannedGates = { work: GatedWork; input: GatesInput; names: string[]; broken: GateResult | null };

/** Reads from the base branch what has to pass for one repository's work. */
export async function planGates(
  { stop }: JobContext,
  work: GatedWork,
  generatedTests: readonly string[] | null,
): Promise<{ planned: PlannedGates } | { end: JobEnd }> {
  const { workspace, captured, label } = work;
  // A folder that is too big to look at has no tree, and nothing of it leaves the machine.
  const facts =
    captured.tree === null
      ? { ok: true as const, config: null, paths: [], patch: '', patchCut: false }
      : await workspace.gateFacts(captured.tree, stop.signal);
  if (stop.reason !== null) return { end: endOfStop(stop.reason) };
  if (!facts.ok) return { end: { type: 'failed', failure: facts.failure } };
  const read = readGates(facts.config);
  const { insertions, deletions } = captured;
  const { paths, patch, patchCut } = facts;
  const plan = read.status === 'read' ? read.plan : NOTHING_PASSES;
  const input = { plan, changes: { paths, insertions, deletions, patch, patchCut }, generatedTests };
  const broken = read.status === 'read' ? null : settingsGate(read.message);
  const names = [...(broken === null ? [] : [broken.name]), ...gateNames(input)];
  return { planned: { work, input, names: names.map((name) => labelled(label, name)), broken } };
}

const NOTHING_PASSES: GatePlan = {
  checks: [],
  retries: 0,
  protected: [],
  secrets: 'required',
  maxFiles: null,
  maxLines: null,
  testCommand: null,
};

function settingsGate(message: string): GateResult {
  return {
    name: 'settings',
    kind: 'built_in',
    required: true,
    ...NOT_RUN,
    status: 'broken',
    detail: message,
  };
}

/** Runs the gates of one repository and tells each as it ends. Null: the job ends before. */
export async function runWorkspaceGates(
  context: JobContext,
  { work, input, broken }: PlannedGates,
): Promise<GateResult[] | null> {
  const { emit, stop, redactor, outputs, commands } = context;
  const { workspace, label } = work;
  const results: GateResult[] = [];
  const note = (result: GateResult): void => {
    const named = { ...result, name: labelled(label, result.name) };
    results.push(named);
    emit({ type: 'gate.finished', gate: named });
  };
  if (broken !== null) note(broken);
  const git = commands.sandbox === null ? null : await workspace.gitFolders;
  const done = await runGates(
    input,
    { folder: workspace.path, git, signal: stop.signal },
    {
      commands,
      clean: (name, text) => redactor.next(`gate:${labelled(label, name)}`, text),
      cleanWhole: (text) => redactor.text(text),
      keep: (text) => outputs.keep(text, 'output'),
      onOutput: (name, text) => emit({ type: 'gate.output', name: labelled(label, name), text }),
      now: Date.now,
      findSecrets: (text) => redactor.find(text),
      onFinished: note,
    },
  );
  return done === null ? null : results;
}

/** What Claude is told of the failures of one repository. */
export function describeFailures({ work, input }: PlannedGates, results: readonly GateResult[]): string {
  const commands = input.plan.checks.map(({ name, command }): [string, string] => [
    labelled(work.label, name),
    command,
  ]);
  return failurePrompt(results, new Map(commands));
}

function labelled(label: string | null, name: string): string {
  return label === null ? name : `${label}: ${name}`.slice(0, 100);
}
