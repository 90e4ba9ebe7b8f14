import { parseDocument } from 'yaml';
import { DEFAULT_GATE_RETRIES, type GateCommand, type GatesConfig } from '../../protocol/gates.ts';
import {
  MAX_REPOSITORY_CONFIG_BYTES,
  REPOSITORY_CONFIG_PATH,
  repositoryConfigSchema,
} from '../../protocol/repository-config.ts';

/** Aliases are of little use in so short a file, and can make a small one huge. */
const MAX_ALIASES = 10;

/** What the base branch wants to pass before work leaves the runner. */
export type GatePlan = {
  checks: readonly GateCommand[];
  retries: number;
  protected: readonly string[];
  secrets: NonNullable<GatesConfig['secrets']>;
  maxFiles: number | null;
  maxLines: number | null;
  /** How tests are run; null where it is not said. */
  testCommand: string | null;
};

export type ReadGates =
  | { status: 'read'; plan: GatePlan }
  /** Without knowing what has to pass, nothing passes. */
  | { status: 'invalid'; message: string };

const NO_SETTINGS: GatesConfig = {};

/** Reads what a repository's config says about gates. @param text null: there is no such file */
export function readGates(text: string | null): ReadGates {
  if (text === null) return { status: 'read', plan: planOf(NO_SETTINGS, null) };
  if (Buffer.byteLength(text) > MAX_REPOSITORY_CONFIG_BYTES) return invalid('is too long');
  try {
    const document = parseDocument(text, { prettyErrors: false, schema: 'core' });
    if (document.errors.length > 0) return invalid('is not YAML');
    const parsed = repositoryConfigSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return invalid(`is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`);
    }
    return { status: 'read', plan: planOf(parsed.data.gates ?? NO_SETTINGS, parsed.data.tests?.command) };
  } catch (error) {
    // The parser throws at aliases beyond the limit, and at brackets nested thousands deep.
    return invalid(`can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function planOf(config: GatesConfig, testCommand: string | null | undefined): GatePlan {
  return {
    checks: config.checks ?? [],
    retries: config.retries ?? DEFAULT_GATE_RETRIES,
    protected: config.protected ?? [],
    secrets: config.secrets ?? 'required',
    maxFiles: config.max_files ?? null,
    maxLines: config.max_lines ?? null,
    testCommand: testCommand ?? null,
  };
}

function invalid(what: string): ReadGates {
  return { status: 'invalid', message: `${REPOSITORY_CONFIG_PATH} on the base branch ${what}`.slice(0, 900) };
}
