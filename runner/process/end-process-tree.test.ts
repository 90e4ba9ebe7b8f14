import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endProcessTree } from './end-process-tree.ts';
import { RUNNER_MARK } from './find-marked-processes.ts';
import { isRunning, processRef } from './process-start-time.ts';

const started: ChildProcess[] = [];

/** Runs a shell script that prints the process numbers of interest in one line when it is ready. */
async function startShell(script: string, env: NodeJS.ProcessEnv = process.env) {
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], env });
  started.push(child);
  const [line] = await once(child.stdout, 'data');
  const pids = String(line).trim().split(' ').map(Number);
  const refs = [child.pid ?? 0, ...pids].map((pid) => {
    const ref = processRef(pid);
    if (ref === null) throw new Error(`process ${pid} is gone`);
    return ref;
  });
  const [root, ...others] = refs;
  if (root === undefined) throw new Error('no process');
  return { child, root, others };
}

afterEach(async () => {
  for (const child of started.splice(0)) {
    const ref = processRef(child.pid ?? 0);
    if (ref !== null) await endProcessTree(ref, { graceMs: 0 });
  }
});

describe('endProcessTree', () => {
  it('ends a command that leads a session of its own, which a signal to the process group does not reach', async () => {
    const { root, others } = await startShell('setsid sleep 1000 & echo $!; wait');
    const report = await endProcessTree(root);
    expect({ report, alive: [root, ...others].filter(isRunning) }).toEqual({
      report: { ended: 2, killed: 0, remaining: [] },
      alive: [],
    });
  });

  it('kills what ignores TERM once the grace is over', async () => {
    const { root, others } = await startShell(
      `bash -c 'trap "" TERM; echo $$; while :; do read -t 1000 <> <(:); done' & wait`,
    );
    const report = await endProcessTree(root, { graceMs: 200 });
    expect(report.remaining).toEqual([]);
    expect(report.killed).toBeGreaterThanOrEqual(1);
    expect([root, ...others].filter(isRunning)).toEqual([]);
  });

  it('finds a command by its mark when its whole ancestry is dead', async () => {
    const mark = `/data/mark-test-${process.pid}`;
    const { child, others } = await startShell('setsid sleep 1000 >/dev/null 2>&1 & echo $!; wait', {
      ...process.env,
      [RUNNER_MARK]: mark,
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(others.filter(isRunning)).toHaveLength(1);
    expect(await endProcessTree([], { markedWith: mark })).toEqual({ ended: 1, killed: 0, remaining: [] });
    expect(others.filter(isRunning)).toEqual([]);
  });

  it('leaves a process alone that only has the number of the one that was meant', async () => {
    const { root } = await startShell('echo $$; read -t 1000 <> <(:)');
    const report = await endProcessTree({ pid: root.pid, startTime: 'another boot/1' });
    expect({ report, alive: isRunning(root) }).toEqual({
      report: { ended: 0, killed: 0, remaining: [] },
      alive: true,
    });
  });

  it('ends processes that are started while it ends the others', async () => {
    const { root } = await startShell(
      `trap 'setsid sleep 1000 & setsid sleep 1001 &' TERM; echo $$; while :; do read -t 0.01 <> <(:); done`,
    );
    const report = await endProcessTree(root, { graceMs: 300 });
    expect(report.remaining).toEqual([]);
    expect(report.ended).toBeGreaterThanOrEqual(2);
    expect(isRunning(root)).toBe(false);
  });
});
