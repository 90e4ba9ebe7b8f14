import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { NO_USAGE } from '../../protocol/usage.ts';
import { NOTHING_RECALLED, Recaller } from './recall.ts';

const started = (id: string): RunnerEvent => ({
  type: 'claude.started',
  claudeSessionId: id,
  resumed: false,
  model: 'm',
  version: '1',
  sinceAssignMs: 1,
});
const turnEnded: RunnerEvent = {
  type: 'claude.turn_ended',
  isError: false,
  terminalReason: null,
  text: { text: '', bytes: 0, cut: false },
  turns: 2,
  durationMs: 5,
  usage: { ...NO_USAGE, costUsd: 0.5 },
  model: null,
};
const captured: RunnerEvent = {
  type: 'work.captured',
  tree: 'a'.repeat(40),
  changed: true,
  files: [],
  filesCut: false,
  insertions: 0,
  deletions: 0,
  patch: { text: '', bytes: 0, cut: false },
};
const commit: RunnerEvent = { type: 'commit.made', sha: 's', tree: 't', branch: 'b' };
const finished: RunnerEvent = {
  type: 'job.finished',
  outcome: { type: 'interrupted', reason: '', rescueRef: null },
};

/** Lives as lists of `[ms, event]`. */
function recall(...lives: [number, RunnerEvent][][]) {
  const recaller = new Recaller();
  for (const life of lives) {
    recaller.beginLife();
    for (const [at, event] of life) recaller.visit({ at, event });
  }
  return recaller.end();
}

it('recalls nothing of a job that is new', () => {
  expect(recall()).toEqual(NOTHING_RECALLED);
});

it('knows after a crash that Claude has the request, what it cost and how long it worked', () => {
  const taken: RunnerEvent = { type: 'command.taken', commandId: 3 };
  expect(
    recall([
      [100, started('c')],
      [400, turnEnded],
      [500, started('c')],
      [600, taken],
    ]),
  ).toEqual({
    ...NOTHING_RECALLED,
    taken: new Set([3]),
    claudeSessionId: 'c',
    promptReached: true,
    turns: 2,
    usage: { ...NO_USAGE, costUsd: 0.5 },
    workedMs: 400,
    crashes: 1,
  });
});

it('counts a life that said how it ended as no crash', () => {
  expect(
    recall(
      [
        [1, started('c')],
        [2, finished],
      ],
      [[3, started('c')]],
    ).crashes,
  ).toBe(1);
});

it('takes the work for done until Claude is asked something more', () => {
  expect(
    recall([
      [1, started('c')],
      [2, captured],
      [3, commit],
    ]),
  ).toMatchObject({
    workDone: true,
    commit: { sha: 's', tree: 't' },
  });
  expect(
    recall([
      [1, captured],
      [2, started('c')],
    ]).workDone,
  ).toBe(false);
});
