import { expect, it } from 'vitest';
import { TARGETS } from '../targets.ts';
import { formatTarget } from './format-targets.ts';
import { judgeFigure, judgeTargets } from './judge-targets.ts';
import { aimed, amount, distribution } from './measures.ts';
import { renderDocs } from './render-docs.ts';
import type { BenchmarkResult, RunRecord } from './run-record.ts';

const state = { loadAverage: 1, diskSyncMs: 0.1 };
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function measured(name: string, ...measures: ReturnType<typeof aimed>[]): BenchmarkResult {
  return {
    status: 'measured',
    name,
    title: name,
    method: ['How.'],
    measures,
    tookMs: 1,
    before: state,
    after: state,
  };
}

const verdictOf = (results: BenchmarkResult[], what: string) =>
  judgeTargets(results).find(({ target }) => target.what === what)?.verdict;

it('says by what factor a figure is too large, or too small', () => {
  expect(judgeFigure(TARGETS.enqueueToRunner, 5)).toEqual({ status: 'reached', measured: 5 });
  expect(judgeFigure(TARGETS.enqueueToRunner, 10)).toEqual({ status: 'short', measured: 10, factor: 2 });
  expect(judgeFigure(TARGETS.eventsToOneViewer, 3_750)).toMatchObject({ status: 'short', factor: 2 });
  expect(judgeFigure(TARGETS.orderFaults, 1)).toMatchObject({ status: 'short', factor: Infinity });
});

it('lets the worst of several measures answer a target', () => {
  const reads = [amount('a', 'ms', [1]), amount('b', 'ms', [30]), amount('c', 'ms', [2])];
  const results = [measured('api-reads', ...reads.map((read) => aimed(read, 'apiReads')))];
  expect(verdictOf(results, TARGETS.apiReads.what)).toEqual({ status: 'short', measured: 30, factor: 1.5 });
});

it('does not judge a percentile that too few samples can not tell, nor what failed', () => {
  const few = measured('create-session', aimed(distribution('x', upTo(5)), 'createSession'));
  expect(verdictOf([few], TARGETS.createSession.what)).toEqual({
    status: 'not_measured',
    why: 'too few samples to tell',
  });
  const failed: BenchmarkResult = { status: 'failed', name: 'create-session', tookMs: 1, message: 'broken' };
  expect(verdictOf([failed], TARGETS.createSession.what)?.status).toBe('not_measured');
});

it('writes a row that says measured, target and how far', () => {
  const results = [measured('x', aimed(amount('rate', 'a second', [5_000]), 'eventsToOneViewer'))];
  const row = judgeTargets(results).find(({ target }) => target === TARGETS.eventsToOneViewer);
  if (row === undefined) throw new Error('The target is gone.');
  expect(formatTarget(row).slice(1, 4)).toEqual([
    '5,000 a second',
    'at least 7,500 a second',
    'short: 1.50 × too little',
  ]);
});

it('writes a page that begins with the targets and names what failed', () => {
  const run: RunRecord = {
    startedAt: '2026-01-02T03:04:05.000Z',
    quick: false,
    machine: {
      cores: 2,
      processor: 'x',
      memoryGib: 1,
      platform: 'linux x64',
      versions: { node: '1', git: '1', claudeCode: '1', workerd: '1' },
      commit: 'abc',
    },
    benchmarks: [
      measured('dispatch', amount('jobs', 'a second', [10])),
      { status: 'failed', name: 'idle-crowd', tookMs: 1, message: 'It was not done.' },
    ],
  };
  const page = renderDocs(run);
  expect(page.indexOf('from its target')).toBeLessThan(page.indexOf('(`dispatch`)'));
  expect(page).toContain('missing above: idle-crowd');
  expect(page).toContain('Failed in this run: It was not done.');
});
