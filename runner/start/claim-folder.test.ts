import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processRef } from '../process/process-start-time.ts';
import { claimFolder } from './claim-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claim-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockPath = () => join(folder, 'runner.lock');

it('gives a folder to one process at a time and leaves nothing behind when it is released', () => {
  const claim = claimFolder(folder);
  expect(claimFolder(folder)).toEqual({ status: 'taken', by: processRef(process.pid), path: lockPath() });
  if (claim.status === 'claimed') claim.release();
  expect(readdirSync(folder)).toEqual([]);
});

it('takes over the lock of a process that was killed', async () => {
  const child = spawn('sleep', ['1000']);
  const ref = processRef(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  writeFileSync(lockPath(), JSON.stringify(ref));
  expect(claimFolder(folder).status).toBe('claimed');
});

it('takes over a lock whose number now belongs to another process', () => {
  writeFileSync(lockPath(), JSON.stringify({ pid: process.pid, startTime: 'an earlier boot/1' }));
  expect(claimFolder(folder).status).toBe('claimed');
});

it('takes over a lock that is no lock', () => {
  writeFileSync(lockPath(), 'half a l');
  expect(claimFolder(folder).status).toBe('claimed');
});

it('does not remove a lock that somebody else has taken meanwhile', () => {
  const claim = claimFolder(folder);
  rmSync(lockPath());
  const other = { pid: 1, startTime: 'x' };
  writeFileSync(lockPath(), JSON.stringify(other));
  if (claim.status === 'claimed') claim.release();
  expect(existsSync(lockPath())).toBe(true);
});
