import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { Mistake, Sources } from '../config/collect-settings.ts';
import { OPEN_POLICY, type Policy, policySchema } from './policy.ts';

export const POLICY_VARIABLE = 'SIGNALBOX_POLICY';

/** `source`: where it was read; null when there is none. */
export type PolicyInForce = { policy: Policy; source: string | null };

export type PolicyResult =
  | { status: 'ok'; inForce: PolicyInForce }
  | { status: 'mistaken'; mistakes: Mistake[] };

/**
 * Reads the machine's policy: the file that SIGNALBOX_POLICY names, or `policy` of the config file (a path relative to
 * it, or the policy itself). One that is named and can't be understood is a mistake: nothing may run without it.
 */
export function loadPolicy(
  env: Readonly<Record<string, string | undefined>>,
  file: Sources['file'],
  cwd: string,
): PolicyResult {
  const named = env[POLICY_VARIABLE];
  if (named !== undefined && named !== '') return readPolicy(resolve(cwd, named));
  const content = policyIn(file?.content);
  if (file === null || content === undefined) {
    return { status: 'ok', inForce: { policy: OPEN_POLICY, source: null } };
  }
  return typeof content === 'string'
    ? readPolicy(resolve(dirname(resolve(cwd, file.name)), content))
    : parsePolicy(content, `${file.name}: policy`);
}

function policyIn(content: unknown): unknown {
  return typeof content === 'object' && content !== null && 'policy' in content ? content.policy : undefined;
}

function readPolicy(path: string): PolicyResult {
  try {
    // An empty file is a policy that nobody has written yet, not one that allows everything.
    return parsePolicy(parse(readFileSync(path, 'utf8')), path);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const message = error instanceof YAMLParseError ? `is not valid YAML: ${what}` : `can't be read: ${what}`;
    return { status: 'mistaken', mistakes: [{ source: path, message }] };
  }
}

function parsePolicy(content: unknown, source: string): PolicyResult {
  const parsed = policySchema.safeParse(content);
  if (parsed.success) return { status: 'ok', inForce: { policy: parsed.data, source } };
  const mistakes = parsed.error.issues.map(({ path, message }) => ({
    source: path.length === 0 ? source : `${source}: ${path.join('.')}`,
    message,
  }));
  return { status: 'mistaken', mistakes };
}
