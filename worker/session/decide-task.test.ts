import { describe, expect, it } from 'vitest';
import { TASK_STATES } from '../../protocol/task-state.ts';
import { type Answer, decideTask, earlierApproval } from './decide-task.ts';
import { newSessionRecord, newTaskRecord, type TaskRecord } from './session-record.ts';
import { issueSession, requestOf } from './testing/make-requests.ts';

const TREE = 'a'.repeat(40);
const ID = 'abcdef12-6f0a-4c0e-9d53-0b8f7a3b1c7e';

function waiting(over: Partial<TaskRecord['view']> = {}): TaskRecord {
  const session = newSessionRecord(issueSession({ id: ID }), 1_000);
  const task = newTaskRecord(session, 1, requestOf('Mend it'), 'request', ['m1'], 1_000);
  return {
    ...task,
    active: true,
    tree: TREE,
    view: { ...task.view, state: 'waiting_approval', epoch: 1, ...over },
  };
}

const answer = (over: Partial<Answer> = {}): Answer => ({
  verdict: 'approved',
  by: 'ada',
  via: 'api',
  reason: null,
  tree: null,
  ...over,
});

function taken(task: TaskRecord, given: Answer) {
  const step = decideTask(task, given, 'm2', 2_000);
  if ('status' in step) throw new Error(step.message);
  return step;
}

describe("a person's answer", () => {
  it('lets exactly the captured tree leave', () => {
    const { task, effects, events } = taken(waiting(), answer({ tree: TREE }));
    expect(task).toMatchObject({ approvedTree: TREE, view: { state: 'approved', decision: { tree: TREE } } });
    expect(effects).toContainEqual({ type: 'command', command: { type: 'publish', tree: TREE } });
    expect(events.map(({ type }) => type)).toEqual(['approval.decided', 'task.moved']);
  });

  it('counts only for the work that was looked at', () => {
    expect(decideTask(waiting(), answer({ tree: 'b'.repeat(40) }), 'm2', 2_000)).toMatchObject({
      status: 'refused',
      code: 'conflict',
      message: expect.stringContaining('has changed since'),
    });
  });

  it.each([
    answer({ by: 'bob' }),
    answer({ by: 'bob', verdict: 'rejected' }),
    answer({ by: 'bob', verdict: 'rework' }),
  ])('that comes second is told who was first', (late) => {
    for (const verdict of ['approved', 'rejected', 'rework'] as const) {
      const { task } = taken(waiting(), answer({ verdict }));
      expect(decideTask(task, late, 'm3', 3_000)).toMatchObject({
        status: 'refused',
        code: 'conflict',
        message: expect.stringContaining('ada was first'),
      });
    }
  });

  it('changes nothing when it is given once more by the same door', () => {
    for (const verdict of ['approved', 'rejected', 'rework'] as const) {
      const { task } = taken(waiting(), answer({ verdict }));
      expect(decideTask(task, answer({ verdict }), 'm3', 3_000)).toEqual({ task, events: [], effects: [] });
    }
  });

  it.each(TASK_STATES.filter((state) => state !== 'waiting_approval' && state !== 'qa_failed'))(
    'is refused while the task is %s',
    (state) => {
      for (const verdict of ['approved', 'rejected', 'rework'] as const) {
        expect(decideTask(waiting({ state }), answer({ verdict }), 'm2', 2_000)).toMatchObject({
          status: 'refused',
          code: 'not_allowed',
        });
      }
    },
  );

  it('that has Claude try again moves the task and tells its runner why', () => {
    const { task, effects } = taken(waiting(), answer({ verdict: 'rework', reason: 'Use tabs.' }));
    expect(task.view.state).toBe('running');
    const command = { type: 'reject', by: 'ada', reason: 'Use tabs.', again: true, messageId: 'm2' };
    expect(effects).toContainEqual({ type: 'command', command });
  });

  it('that rejects for good waits for the runner to put the folder back', () => {
    const { task, effects } = taken(waiting(), answer({ verdict: 'rejected', reason: 'No.' }));
    expect(task).toMatchObject({
      reverted: false,
      endRequest: { how: 'reject' },
      view: { state: 'waiting_approval' },
    });
    const command = { type: 'reject', by: 'ada', reason: 'No.', again: false, messageId: null };
    expect(effects).toContainEqual({ type: 'command', command });
  });

  it('holds for the same tree when its runner was lost on the way, and for no other', () => {
    const { task } = taken(waiting(), answer());
    expect(earlierApproval(task)?.by).toBe('ada');
    expect(earlierApproval({ ...task, tree: 'b'.repeat(40) })).toBeNull();
    expect(earlierApproval(waiting())).toBeNull();
  });
});
