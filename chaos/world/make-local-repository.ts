import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small git repository on this machine. @returns its path. */
export async function makeLocalRepository(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'README.md'), '# A repository on this machine\n');
  const git = (...args: string[]) => run('git', ['-C', path, ...args]);
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('-c', 'user.name=mona', '-c', 'user.email=mona@example.com', 'commit', '-q', '-m', 'Begin');
  return path;
}
