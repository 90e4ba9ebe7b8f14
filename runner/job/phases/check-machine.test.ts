import { expect, it } from 'vitest';
import type { RunnerEvent } from '../../../protocol/events.ts';
import type { Check } from '../../machine/check.ts';
import { judgeClaude } from '../../machine/check-claude.ts';
import { judgeFreeSpace } from '../../machine/check-disk.ts';
import { checkGit } from '../../machine/check-git.ts';
import { judgeMemory } from '../../machine/check-memory.ts';
import { NOTHING_RECALLED } from '../recall.ts';
import { checkMachine } from './check-machine.ts';

async function look(checks: readonly Check[], crashes = 0) {
  const events: RunnerEvent[] = [];
  const end = await checkMachine({
    emit: (event) => events.push(event),
    machineChecks: async () => checks,
    recall: { ...NOTHING_RECALLED, crashes },
  });
  const told = events.flatMap((event) =>
    event.type === 'preflight.check' ? [[event.name, event.ok, event.remedy !== null]] : [],
  );
  return { told, end };
}

const claude = { executable: 'claude', version: '2.0.0' };
const ready = judgeClaude({ type: 'ready', ...claude, login: 'an API key' }).checks;

it('says of each thing on the machine how it is, and begins when all of them are there', async () => {
  const checks = [await checkGit(), ...ready, judgeFreeSpace(9e9, '/data'), judgeMemory(4e9)];
  expect(await look(checks)).toEqual({
    told: ['git', 'claude', 'login', 'disk', 'memory'].map((name) => [name, true, false]),
    end: null,
  });
});

it('warns of what may soon be too little, and begins all the same', async () => {
  const { told, end } = await look([judgeFreeSpace(1e9, '/data'), judgeMemory(500e6)]);
  expect(told).toEqual([
    ['disk', true, true],
    ['memory', true, true],
  ]);
  expect(end).toBeNull();
});

it.each([
  [
    'claude',
    'not_installed',
    judgeClaude({ type: 'not_installed', executable: 'claude', reason: 'gone' }).checks,
  ],
  ['login', 'not_logged_in', judgeClaude({ type: 'not_logged_in', ...claude }).checks],
  ['disk', 'preflight', [judgeFreeSpace(1e6, '/data')]],
  ['memory', 'preflight', [judgeMemory(1e6)]],
])('does not begin without %s, and says how to mend it', async (name, kind, checks) => {
  const { told, end } = await look(checks);
  expect(told.at(-1)).toEqual([name, false, true]);
  expect(end).toMatchObject({ type: 'failed', failure: { kind, remedy: expect.stringMatching(/\w/) } });
});

it('does not try again what brought its runner down three times', async () => {
  const { told, end } = await look(ready, 3);
  expect(told).toEqual([]);
  expect(end).toMatchObject({ type: 'failed', failure: { kind: 'lost' } });
});
