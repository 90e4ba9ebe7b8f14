import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import { isThere, programOf } from '../../gates/find-commands.ts';
import { judgeMemory } from '../../machine/check-memory.ts';
import { makeJob } from '../../testing/make-job.ts';
import { NOTHING_RECALLED } from '../recall.ts';
import { checkBudget, tellFilled, tellUnfilled } from './check-task.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-task-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function told(look: (emit: (event: RunnerEvent) => void) => unknown) {
  const events: RunnerEvent[] = [];
  const result = look((event) => events.push(event));
  const checks = events.flatMap((event) =>
    event.type === 'preflight.check' ? [[event.name, event.ok, event.remedy !== null]] : [],
  );
  return { checks, result };
}

it('ends a task whose money is spent, unless its work is done already', () => {
  const job = makeJob('http://git', 'x');
  const paid = { ...job, options: { ...job.options, maxUsd: 2 } };
  const recall = { ...NOTHING_RECALLED, usage: { ...NO_USAGE, costUsd: 2 } };
  expect(told((emit) => checkBudget({ emit, job: paid, recall }))).toEqual({
    checks: [['budget', false, true]],
    result: { type: 'exhausted', limit: 'usd' },
  });
  const done = { ...recall, workDone: true };
  expect(told((emit) => checkBudget({ emit, job: paid, recall: done })).result).toBeNull();
  expect(told((emit) => checkBudget({ emit, job, recall })).checks).toEqual([['budget', true, false]]);
});

it('says what lies in the folder, and that it stands apart from the branch on the server', () => {
  const filled = { ok: true, base: 'a'.repeat(40), head: 'b'.repeat(40), branch: 'x' } as const;
  const rest = { remote: 'diverged', startedTooEarly: false } as const;
  expect(told((emit) => tellFilled({ emit }, { ...filled, ...rest, resumed: true })).checks).toEqual([
    ['repository', true, false],
    ['base branch', true, false],
    ['clean', false, true],
  ]);
});

it('says what of a folder is in no commit, and what to do about it', () => {
  const folder = {
    ok: true,
    base: null,
    head: null,
    branch: null,
    resumed: true,
    remote: 'current',
  } as const;
  const look = (uncommitted: { count: number; some: string[] } | null) =>
    told((emit) => tellFilled({ emit }, { ...folder, startedTooEarly: false, uncommitted })).checks.slice(1);
  expect(look({ count: 2, some: ['a.txt', 'b.txt'] })).toEqual([['clean', false, true]]);
  expect(look({ count: 0, some: [] })).toEqual([['clean', true, false]]);
  expect(look(null)).toEqual([]);
});

it('says why a repository or its base branch was not there, and how to mend it', () => {
  const failure = { kind: 'fetch_failed', message: 'gone', remedy: 'Look.', retryAt: null } as const;
  const look = (trouble: 'unreachable' | 'no_base' | 'disk_full') =>
    told((emit) => tellUnfilled({ emit }, trouble, failure)).checks;
  expect(look('unreachable')).toEqual([['repository', false, true]]);
  expect(look('no_base')).toEqual([['base branch', false, true]]);
  expect(look('disk_full')).toEqual([['disk', false, true]]);
});

it.each([
  ['npm test && x', 'npm'],
  ['CI=1 A=b ./run.sh -v', './run.sh'],
  ['cd web && npm test', null],
  ['if true; then x; fi', null],
  ['"$TOOL" x', null],
])('knows the program that %j begins with', (command, program) => {
  expect(programOf(command)).toBe(program);
});

it('finds programs in the folder and in the path', async () => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/tool'), '', { mode: 0o755 });
  writeFileSync(join(folder, 'bin/text'), '', { mode: 0o644 });
  expect(await isThere('./bin/tool', folder, '')).toBe(true);
  expect(await isThere('tool', '/', join(folder, 'bin'))).toBe(true);
  expect(await isThere('text', '/', join(folder, 'bin'))).toBe(false);
});

it('refuses to start on a machine without memory', () => {
  expect([100e6, 500e6, 4e9].map((bytes) => judgeMemory(bytes).status)).toEqual(['broken', 'warning', 'ok']);
});
