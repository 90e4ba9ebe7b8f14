import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_KEPT_LINES } from './output-ring.ts';
import { ProcessStartError } from './process-start-error.ts';
import type { ProcessOptions, RunningProcess } from './start-process.ts';
import { startProcess } from './start-process.ts';

const started: RunningProcess<unknown>[] = [];
const grandchildren: number[] = [];

/** Starts one of the tiny programs in fixtures/; ready at the first line unless told otherwise. */
async function start(fixture: string, options: Partial<ProcessOptions<string>> & { argv?: string[] } = {}) {
  const { argv = [], ...rest } = options;
  const running = await startProcess<string>({
    name: fixture,
    command: process.execPath,
    args: [fixturePath(fixture), ...argv],
    env: {},
    ready: (line) => line,
    deadlineMs: 10_000,
    ...rest,
  });
  started.push(running);
  return running;
}

function fixturePath(fixture: string): string {
  return path.join(import.meta.dirname, 'fixtures', `${fixture}.mjs`);
}

/** Gone, or a zombie that its parent has not collected yet. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !stat.includes(') Z ');
}

const waitUntilGone = (pid: number) =>
  vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), 45_000);

afterEach(async () => {
  for (const running of started.splice(0)) {
    running.kill();
    await running.exited;
  }
  for (const pid of grandchildren.splice(0)) if (await isRunning(pid)) process.kill(pid, 'SIGKILL');
});

describe('starting', () => {
  it('hands back what the ready line held and the number of the process', async () => {
    const running = await start('ready-then-echo', { env: { GIVEN: 'yes' } });
    expect(JSON.parse(running.ready)).toEqual({ pid: running.pid, env: { GIVEN: 'yes' } });
  });

  it('says how a program ended that was never ready, and what it wrote', async () => {
    const error = await start('exit-early').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProcessStartError);
    expect(error).toMatchObject({
      failure: { reason: 'exited_early', exit: { by: 'code', code: 3 } },
      message: 'exit-early ended before it was ready: exit code 3.\nThe last it wrote:\n  the port is taken',
    });
  });

  it('ends a program that is not ready in time', async () => {
    let pid = 0;
    const error = await start('ready-then-echo', {
      deadlineMs: 1_000,
      ready: (line) => {
        pid = JSON.parse(line).pid;
        return undefined;
      },
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { reason: 'not_ready', deadlineMs: 1_000 } });
    expect({ pid, running: await isRunning(pid) }).toEqual({ pid: expect.any(Number), running: false });
  });

  it('says that a program does not exist', async () => {
    const command = '/nowhere/at/all';
    const error = await start('exit-early', { command }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { reason: 'not_spawned' } });
    expect(String(error)).toContain('Is it installed, and executable?');
  });

  it('ends the program when the start is cancelled', async () => {
    const controller = new AbortController();
    const begun = start('ready-then-echo', {
      signal: controller.signal,
      ready: () => {
        controller.abort();
        return undefined;
      },
    });
    await expect(begun).rejects.toMatchObject({ failure: { reason: 'aborted' } });
  });
});

describe('ending', () => {
  it('lets a program flush on SIGTERM', async () => {
    const running = await start('ready-then-echo');
    expect(await running.stop()).toEqual({ by: 'code', code: 0 });
    expect(running.output().at(-1)).toBe('flushed');
  });

  it('kills a program that ignores SIGTERM when the grace is over', async () => {
    const running = await start('ignore-term');
    expect(await running.stop(300)).toEqual({ by: 'signal', signal: 'SIGKILL' });
    expect(running.output()).toEqual(['ready', 'not now']);
  });

  it('takes the children along that the program left behind in its group', async () => {
    const running = await start('spawn-grandchild');
    const { grandchild } = JSON.parse(running.ready);
    expect(await running.stop()).toEqual({ by: 'code', code: 0 });
    await waitUntilGone(grandchild);
  });

  it('does not wait for a child that left the group and holds the output open', async () => {
    const running = await start('spawn-grandchild', { argv: ['detached'] });
    const { grandchild } = JSON.parse(running.ready);
    grandchildren.push(grandchild);
    expect(await running.stop()).toEqual({ by: 'code', code: 0 });
    expect(await isRunning(grandchild)).toBe(true);
  });

  it('leaves the children running when only the leader is killed', async () => {
    const running = await start('spawn-grandchild');
    const { grandchild } = JSON.parse(running.ready);
    grandchildren.push(grandchild);
    running.kill('SIGKILL', 'leader');
    expect(await running.exited).toEqual({ by: 'signal', signal: 'SIGKILL' });
    expect(await isRunning(grandchild)).toBe(true);
  });

  it('can be asked twice, and after the end', async () => {
    const running = await start('ready-then-echo');
    const both = await Promise.all([running.stop(), running.stop()]);
    expect([...both, await running.stop()]).toEqual(Array(3).fill({ by: 'code', code: 0 }));
  });
});

describe('a starter that dies', () => {
  async function startBadParent(manner: string) {
    const parent = await start('be-a-bad-parent', { argv: [fixturePath('echo-stdin'), manner] });
    const { service } = JSON.parse(parent.ready);
    grandchildren.push(service);
    return { parent, service };
  }

  it('takes its services along when it dies of an uncaught error', async () => {
    const { parent, service } = await startBadParent('throw');
    expect(await parent.exited).toEqual({ by: 'code', code: 1 });
    await waitUntilGone(service);
  });

  it('takes a service along that ends with its stdin when it is killed', async () => {
    const { parent, service } = await startBadParent('wait');
    parent.kill('SIGKILL', 'leader');
    await waitUntilGone(service);
  });
});

describe('output', () => {
  it('keeps the last lines only, while the log file has everything', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'start-process-'));
    try {
      const logFile = path.join(folder, 'service.log');
      const running = await start('write-much', {
        logFile,
        ready: (line) => (line === 'ready' ? line : undefined),
      });
      expect(running.output()).toHaveLength(MAX_KEPT_LINES);
      expect(running.output().at(-1)).toBe('ready');
      await vi.waitFor(
        async () => expect(await readFile(logFile, 'utf8')).toMatch(/^line 0\n[\s\S]*\nready\n$/),
        45_000,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('writes to stdin and reports each line with its stream', async () => {
    const lines: string[] = [];
    const running = await start('echo-stdin', {
      stdin: 'first\nsecond\n',
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
      ready: (line) => (line === 'second' ? line : undefined),
    });
    expect({ lines, ready: running.ready }).toEqual({
      lines: ['stdout: first', 'stdout: second'],
      ready: 'second',
    });
  });
});
