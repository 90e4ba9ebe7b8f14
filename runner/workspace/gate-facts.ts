import { MAX_REPOSITORY_CONFIG_BYTES, REPOSITORY_CONFIG_PATH } from '../../protocol/repository-config.ts';
import { succeeded } from '../git/git-failed-error.ts';
import type { GitCommand } from '../git/git-repository.ts';
import { objectId } from '../git/refs.ts';

/** Added lines are looked at for secrets up to here; work of more has a size of its own to answer for. */
const MAX_GATE_PATCH_BYTES = 20_000_000;

/** What gates are chosen by and look at: from the runner's own view of the repository, not from files in the folder. */
export type GateFacts = {
  /** Text of the repository's own config on its base branch; null where there is none. */
  config: string | null;
  /** Every changed path, in both names where one was renamed. */
  paths: string[];
  /** Changes without context. */
  patch: string;
  patchCut: boolean;
};

const PLAIN = ['--no-ext-diff', '--no-textconv', '--no-color'];

/** The config as the base branch has it. @throws GitFailedError */
export async function readBaseConfig(git: GitCommand, base: string): Promise<string | null> {
  const listed = await git(['ls-tree', '-z', objectId(base), '--', REPOSITORY_CONFIG_PATH]);
  const [, id] = /^100(?:644|755) blob ([0-9a-f]{40,64})\t/.exec(succeeded(listed).stdout) ?? [];
  if (id === undefined) return null;
  // One byte beyond what is read at most, so that a longer one is told from it.
  const blob = await git(['cat-file', 'blob', id], {
    maxStdoutBytes: MAX_REPOSITORY_CONFIG_BYTES + 1,
    overflow: 'cut',
  });
  return succeeded(blob).stdout;
}

/** What changed between two trees or commits, as gates see it. @throws GitFailedError */
export async function readChanges(
  git: GitCommand,
  from: string,
  to: string,
): Promise<Pick<GateFacts, 'paths' | 'patch' | 'patchCut'>> {
  const range = [objectId(from), objectId(to)];
  const [names, patch] = await Promise.all([
    git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', ...PLAIN, ...range]),
    git(['diff-tree', '-r', '-p', '-U0', '--no-renames', ...PLAIN, ...range], {
      maxStdoutBytes: MAX_GATE_PATCH_BYTES,
      overflow: 'cut',
    }),
  ]);
  const { stdout, cut } = succeeded(patch);
  const paths = succeeded(names)
    .stdout.split('\0')
    .filter((path) => path !== '');
  return { paths, patch: stdout, patchCut: cut };
}
