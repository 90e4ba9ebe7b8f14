import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endLeftovers } from './end-leftovers.ts';

it('ends what has the folder as its temporary one or stands in it, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leftovers-'));
  const forever = ['-e', 'console.log("up"); setInterval(() => {}, 1000)'];
  const start = (env: Record<string, string>, cwd?: string) =>
    spawn(process.execPath, forever, {
      env: { ...process.env, ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const marked = start({ TMPDIR: folder });
  const inside = start({}, folder);
  const other = start({ TMPDIR: `${folder}-other` });
  try {
    await Promise.all([marked, inside, other].map((child) => once(child.stdout, 'data')));
    const ended = Promise.all([once(marked, 'exit'), once(inside, 'exit')]);
    expect(await endLeftovers(folder)).toBe(2);
    await ended;
    expect(other.exitCode).toBeNull();
    expect(other.signalCode).toBeNull();
  } finally {
    for (const child of [marked, inside, other]) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
