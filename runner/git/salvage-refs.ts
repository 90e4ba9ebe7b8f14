import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitShaSchema } from '../../protocol/workspace.ts';
import type { GitCommand, GitRepository } from './git-repository.ts';

/** Refs that nobody else has; what the server has is fetched again. */
const OWN_PREFIXES = ['refs/heads/', 'refs/signalbox/'];

/** Refs of a git folder, read without git, which may no longer take it for one. */
async function readRefFiles(gitDir: string): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  const packed = await readFile(join(gitDir, 'packed-refs'), 'utf8').catch(() => '');
  for (const line of packed.split('\n')) {
    const [sha, ref] = line.split(' ');
    if (sha !== undefined && ref !== undefined && commitShaSchema.safeParse(sha).success) refs.set(ref, sha);
  }
  const loose = await readdir(join(gitDir, 'refs'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of loose) {
    if (!entry.isFile() || entry.name.endsWith('.lock')) continue;
    const path = join(entry.parentPath, entry.name);
    const sha = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (commitShaSchema.safeParse(sha).success) refs.set(path.slice(gitDir.length + 1), sha);
  }
  return refs;
}

/**
 * Takes over what is whole in a broken repository: each own ref whose objects can all be read, and the links to
 * worktrees. What can't be read stays in the broken folder.
 */
export async function salvageRefs(
  control: GitCommand,
  broken: string,
  into: GitRepository,
): Promise<string[]> {
  const saved: string[] = [];
  for (const [ref, sha] of await readRefFiles(broken)) {
    if (!OWN_PREFIXES.some((prefix) => ref.startsWith(prefix)) || /[\0\n ]/.test(ref)) continue;
    const pack = join(into.commonDir, 'objects', 'pack', 'pack');
    const packed = await control(['pack-objects', '--quiet', '--revs', pack], {
      input: `${sha}\n`,
      env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(broken, 'objects') },
    });
    if (!packed.ok) continue;
    const made = await control(['update-ref', '--no-deref', ref, sha], { env: { GIT_DIR: into.commonDir } });
    if (made.ok) saved.push(ref);
  }
  const links = join(broken, 'worktrees');
  await cp(links, join(into.commonDir, 'worktrees'), { recursive: true, force: true }).catch(() => undefined);
  return saved;
}
