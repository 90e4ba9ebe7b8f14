import { type Annotation, type GateResult, MAX_GATE_ANNOTATIONS } from '../../protocol/gates.ts';
import type { Range } from '../../redact/ranges.ts';
import { addedLines } from './added-lines.ts';
import { pathMatcher } from './matches-paths.ts';
import type { GatePlan } from './read-gates.ts';

export type Changes = {
  paths: readonly string[];
  insertions: number;
  deletions: number;
  patch: string;
  patchCut: boolean;
};

/** Where a text holds what looks like a secret, or is one that the runner knows. */
export type FindSecrets = (text: string) => readonly Range[];

/** Names that are said of a gate that fails by many files. */
const MAX_NAMED = 20;

type Verdict = { detail: string; annotations: Annotation[] } | null;

/** The gates that need no command. Those that the plan does not ask for are left out. */
export function builtInGates(plan: GatePlan, changes: Changes, findSecrets: FindSecrets): GateResult[] {
  const results: GateResult[] = [];
  const judge = (name: string, required: boolean, look: () => Verdict): void => {
    const startedAt = performance.now();
    const verdict = look();
    results.push(resultOf(name, required, verdict, performance.now() - startedAt));
  };
  if (plan.protected.length > 0) judge('protected paths', true, () => protectedPaths(plan, changes));
  if (plan.secrets !== 'off') {
    judge('secrets', plan.secrets === 'required', () => secrets(changes, findSecrets));
  }
  if (plan.maxFiles !== null || plan.maxLines !== null) {
    judge('size of the change', true, () => sizeOfChange(plan, changes));
  }
  return results;
}

/** The names of the gates that `builtInGates` will give. */
export function builtInNames(plan: GatePlan): string[] {
  return [
    ...(plan.protected.length > 0 ? ['protected paths'] : []),
    ...(plan.secrets !== 'off' ? ['secrets'] : []),
    ...(plan.maxFiles !== null || plan.maxLines !== null ? ['size of the change'] : []),
  ];
}

function protectedPaths(plan: GatePlan, { paths }: Changes): Verdict {
  const isProtected = pathMatcher(plan.protected);
  const touched = paths.filter(isProtected);
  if (touched.length === 0) return null;
  return {
    detail: `These files must not be changed: ${namesOf(touched)}`,
    annotations: touched.map((path) => finding(path, 1, 'This file is protected and was changed.')),
  };
}

/** Says where something looks like a secret; never what it is. */
function secrets({ patch, patchCut }: Changes, findSecrets: FindSecrets): Verdict {
  const annotations: Annotation[] = [];
  for (const { path, lines } of addedLines(patch)) {
    // With an end of its own, so that nothing is taken for the beginning of a secret.
    const text = lines.map((line) => `${line.text}\n`).join('');
    for (const [start] of findSecrets(text)) {
      const index = text.slice(0, start).split('\n').length - 1;
      annotations.push(finding(path, lines[index]?.number ?? 1, 'This line holds what looks like a secret.'));
    }
  }
  const found = [...new Map(annotations.map((one) => [`${one.path}:${one.line}`, one])).values()];
  if (found.length > 0) {
    const places = found.map(({ path, line }) => `${path}:${line}`);
    return { detail: `What looks like a secret was added at ${namesOf(places)}`, annotations: found };
  }
  if (!patchCut) return null;
  return { detail: 'The change is too large to be searched for secrets', annotations: [] };
}

function sizeOfChange(plan: GatePlan, { paths, insertions, deletions }: Changes): Verdict {
  const lines = insertions + deletions;
  const broken: string[] = [];
  if (plan.maxFiles !== null && paths.length > plan.maxFiles) {
    broken.push(`${paths.length} files were changed and at most ${plan.maxFiles} may be`);
  }
  if (plan.maxLines !== null && lines > plan.maxLines) {
    broken.push(`${lines} lines were changed and at most ${plan.maxLines} may be`);
  }
  return broken.length === 0 ? null : { detail: broken.join('; '), annotations: [] };
}

function namesOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const text = names.slice(0, MAX_NAMED).join(', ');
  return (more > 0 ? `${text} and ${more} more` : text).slice(0, 900);
}

function finding(path: string, line: number, message: string): Annotation {
  return { path: path.slice(0, 500), line: Math.max(1, line), column: null, level: 'failure', message };
}

function resultOf(name: string, required: boolean, verdict: Verdict, durationMs: number): GateResult {
  const annotations = verdict?.annotations ?? [];
  return {
    name,
    kind: 'built_in',
    required,
    status: verdict === null ? 'passed' : 'failed',
    detail: verdict?.detail ?? null,
    exitCode: null,
    durationMs,
    tests: null,
    output: { text: '', bytes: 0, cut: false },
    annotations: annotations.slice(0, MAX_GATE_ANNOTATIONS),
    annotationsCut: annotations.length > MAX_GATE_ANNOTATIONS,
  };
}
