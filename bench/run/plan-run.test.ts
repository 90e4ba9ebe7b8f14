import { expect, it } from 'vitest';
import type { BenchmarkResult, RunRecord } from '../report/run-record.ts';
import { planRun } from './plan-run.ts';
import { readChoice } from './read-choice.ts';

const KNOWN = ['one', 'two', 'three'];
const state = { loadAverage: 1, diskSyncMs: 0.1 };
const one: BenchmarkResult = {
  status: 'measured',
  name: 'one',
  title: 'One',
  method: [],
  measures: [],
  tookMs: 1,
  before: state,
  after: state,
};
const two: BenchmarkResult = { status: 'failed', name: 'two', tookMs: 1, message: 'broken' };
const last: RunRecord = {
  startedAt: '2026-01-02T03:04:05.000Z',
  quick: false,
  machine: {
    cores: 2,
    processor: 'x',
    memoryGib: 1,
    platform: 'linux',
    versions: { node: '1', git: '1', claudeCode: '1', workerd: '1' },
    commit: 'abc',
  },
  benchmarks: [one, two],
};
const choose = (...args: string[]) => {
  const choice = readChoice(args, KNOWN);
  if ('help' in choice) throw new Error(choice.help);
  return choice;
};

it('takes everything, or what is named', () => {
  expect(planRun(choose(), false, null, 'abc')).toEqual({ status: 'planned', kept: [], names: KNOWN });
  expect(planRun(choose('two'), true, null, 'abc')).toMatchObject({ names: ['two'] });
});

it('goes on with what failed or was not reached, and keeps the rest', () => {
  expect(planRun(choose('--resume'), false, last, 'abc')).toEqual({
    status: 'planned',
    kept: [one],
    names: ['two', 'three'],
  });
});

it('takes a benchmark again that is named', () => {
  expect(planRun(choose('--resume', 'one'), true, last, 'abc')).toEqual({
    status: 'planned',
    kept: [two],
    names: ['one'],
  });
});

it('does not mix figures of two commits', () => {
  expect(planRun(choose('--resume'), false, last, 'abd')).toMatchObject({ status: 'refused' });
  expect(planRun(choose('--resume', '--quick'), false, last, 'abc')).toMatchObject({ status: 'refused' });
});

it('writes the page of whole runs only', () => {
  expect(readChoice(['--write-docs', '--quick'], KNOWN)).toMatchObject({ exitCode: 2 });
  expect(readChoice(['--write-docs', 'one'], KNOWN)).toMatchObject({ exitCode: 2 });
  expect(readChoice(['--write-docs', '--resume', 'one'], KNOWN)).toMatchObject({ docs: true });
  expect(readChoice(['four'], KNOWN)).toMatchObject({ exitCode: 2 });
});
