import { describe, expect, it } from 'vitest';
import type { Rescue, TaskView } from '../../../protocol/task.ts';
import { newSessionRecord, newTaskRecord, type TaskRecord } from '../session-record.ts';
import { issueSession, requestOf } from '../testing/make-requests.ts';
import { describeContinuation, describeRescues } from './describe-recovery.ts';

const session = newSessionRecord(issueSession(), 0);
const task = newTaskRecord(session, 1, requestOf('Mend it.'), 'request', [], 0);
const withView = (view: Partial<TaskView>): TaskRecord => ({ ...task, view: { ...task.view, ...view } });
const rescue = (epoch: number, runnerName: string): Rescue => ({
  ref: 'refs/signalbox/rescue/x/1',
  sha: 'a'.repeat(40),
  epoch,
  runnerName,
  at: 0,
});

describe('where a task goes on', () => {
  it('names the checkpoint, and the runner that has what came after it', () => {
    const moved = {
      ...withView({ runnerName: 'forge-2' }),
      continues: {
        from: 'checkpoint' as const,
        checkpointId: 'c',
        storedAt: Date.UTC(2026, 0, 2, 3, 4),
        runnerName: 'forge-1',
      },
    };
    expect(describeContinuation(moved)).toEqual([
      'Continues on runner forge-2 from the checkpoint of 2026-01-02 03:04 UTC; work after it is on runner forge-1.',
    ]);
  });

  it('says that it starts from the beginning, also where the names are not known', () => {
    const fresh = { ...task, continues: { from: 'beginning' as const, runnerName: null } };
    expect(describeContinuation(fresh)).toEqual([
      'Starts from the beginning on another runner: nothing was stored yet. What was done is on the runner that had begun.',
    ]);
    expect(describeContinuation(task)).toEqual([]);
  });
});

describe('where unpublished work is', () => {
  it.each(['failed', 'cancelled', 'stopped', 'exhausted'] as const)(
    'is said with runner, ref and command when the task is %s',
    (state) => {
      const rescues = [rescue(1, 'forge-1')];
      const { view } = withView({
        state,
        runnerName: 'forge-1',
        rescueRef: rescues[0]?.ref ?? null,
        rescues,
      });
      expect(describeRescues(view)).toEqual([
        'The work so far is kept on runner forge-1 under ` refs/signalbox/rescue/x/1 `.',
        `To get it, there: \` signalbox-runner rescue ${view.id} \``,
      ]);
    },
  );

  it('is said of other runners alone while the task goes on, and when it is done', () => {
    const rescues = [rescue(1, 'forge-1'), rescue(2, 'forge-2')];
    for (const state of ['running', 'completed'] as const) {
      const { view } = withView({ state, runnerName: 'forge-2', rescues });
      expect(describeRescues(view)[0]).toBe(
        'Work of attempt 1 is kept on runner forge-1 under ` refs/signalbox/rescue/x/1 `.',
      );
      expect(describeRescues(view)).toHaveLength(2);
      expect(describeRescues({ ...view, rescues: rescues.slice(1) })).toEqual([]);
    }
  });
});
