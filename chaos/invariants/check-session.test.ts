import { expect, it } from 'vitest';
import { isTerminal } from '../../protocol/task-state.ts';
import { checkSession } from './check-session.ts';
import type { SessionEvidence } from './evidence.ts';
import { doctored, evidence, LIFE, line, logOf, NONCE } from './testing/make-evidence.ts';

const rulesBroken = (change: Partial<SessionEvidence>) => [
  ...new Set(checkSession(evidence(change)).map(({ rule }) => rule)),
];

const whole = evidence();
const { github, record } = whole;
if (github === null) throw new Error('The evidence has no GitHub side.');
const [task] = whole.tasks;
if (task === undefined) throw new Error('The evidence has no task.');
const [comment] = github.comments;
if (comment === undefined) throw new Error('The evidence has no comment.');
const [pull] = github.pulls;
if (pull === undefined) throw new Error('The evidence has no pull request.');

it('finds nothing wrong with a session that nothing happened to', () => {
  expect(isTerminal(task.state)).toBe(true);
  expect(checkSession(whole)).toEqual([]);
});

const without = <T>(items: readonly T[], index: number) => items.toSpliced(index, 1);

const DOCTORED: [string, string, Partial<SessionEvidence>][] = [
  ['log_gap', 'a hole in the log', { log: without(whole.log, 4), viewers: [without(whole.log, 4)] }],
  ['viewer_differs', 'a viewer that missed an event', { viewers: [whole.log, without(whole.log, 4)] }],
  [
    'viewer_differs',
    'a viewer that had an event twice',
    { viewers: [[...whole.log, ...whole.log.slice(-1)]] },
  ],
  [
    'viewer_differs',
    'a viewer that was told something else',
    { viewers: [whole.log.map((event) => ({ ...event, at: event.at + (event.id === 3 ? 1 : 0) }))] },
  ],
  [
    'event_twice',
    'a tool call that is there twice',
    { log: doctored((events) => [...events, ...events.slice(5, 6)]) },
  ],
  [
    'event_twice',
    'a job that was assigned twice',
    { log: doctored((events) => events.toSpliced(2, 0, ...events.slice(1, 2))) },
  ],
  [
    'event_twice',
    'a command that was taken twice',
    { log: doctored((events) => [...events, ...events.slice(10, 11)]) },
  ],
  ['line_lost_or_doubled', 'a line that was lost', { log: doctored((events) => without(events, 4)) }],
  ['line_lost_or_doubled', 'the last line lost', { log: doctored((events) => without(events, 7)) }],
  [
    'line_lost_or_doubled',
    'a line that was doubled',
    { log: doctored((events) => events.toSpliced(5, 0, line(0))) },
  ],
  [
    'two_writers',
    'lines of two runners mixed',
    { log: doctored((events) => events.toSpliced(5, 0, line(0, 'life-2'))) },
  ],
  ['illegal_step', 'a step that the table does not have', { log: doctored((events) => without(events, 2)) }],
  ['not_settled', 'a task that never ends', { tasks: [{ ...task, state: 'running' }] }],
  ['state_differs', 'a state that the log does not tell of', { tasks: [{ ...task, state: 'failed' }] }],
  [
    'epoch_went_back',
    'an epoch below the one before',
    {
      log: doctored((events) => [
        ...events,
        { type: 'job.assigned', epoch: 3, runnerId: whole.sessionId, runnerName: 'b' },
        { type: 'job.assigned', epoch: 2, runnerId: whole.sessionId, runnerName: 'a' },
      ]),
    },
  ],
  [
    'internal_failure',
    'a failure that names a bug',
    {
      tasks: [
        { ...task, failure: { kind: 'internal', message: 'a bug', remedy: 'report it', retryAt: null } },
      ],
    },
  ],
  ['not_one_task', 'a request that became two tasks', { tasks: [task, { ...task, id: `${task.id}0` }] }],
  ['not_one_message', 'a request that became nothing', { messages: [], tasks: [] }],
  ['not_one_message', 'something said that is not there', { said: [`more for ${NONCE}`] }],
  [
    'message_waits',
    'a message that Claude never gets',
    { messages: whole.messages.map((each) => ({ ...each, status: 'queued' })) },
  ],
  ['record_differs', 'no session in the record', { record: { ...record, session: null } }],
  [
    'record_differs',
    'a task that is old in the record',
    { record: { ...record, tasks: record.tasks.map((row) => ({ ...row, state: 'running' })) } },
  ],
  ['record_differs', 'a command that the record lacks', { record: { ...record, commands: [] } }],
  [
    'record_differs',
    'a turn that was counted twice',
    { record: { ...record, turns: [...record.turns, 99] } },
  ],
  ['record_differs', 'a message that the record lacks', { record: { ...record, messages: [] } }],
  ['not_one_comment', 'two comments', { github: { ...github, comments: [comment, comment] } }],
  ['not_one_comment', 'no comment', { github: { ...github, comments: [] } }],
  [
    'not_one_comment',
    'a comment that says "working" for ever',
    { github: { ...github, comments: [{ ...comment, body: comment.body.replace('Done', 'Working') }] } },
  ],
  ['marker_twice', 'the same write twice', { github: { ...github, comments: [comment, comment] } }],
  ['not_one_pull_request', 'two pull requests', { github: { ...github, pulls: [pull, pull] } }],
  ['not_one_pull_request', 'no pull request', { github: { ...github, pulls: [] } }],
  ['not_one_pull_request', 'another commit', { github: { ...github, pulls: [{ ...pull, headSha: 'b' }] } }],
  [
    'not_one_pull_request',
    'work that is not in it',
    { github: { ...github, pulls: [{ ...pull, files: [] }] } },
  ],
  [
    'check_run',
    'two check runs',
    { github: { ...github, checkRuns: [...github.checkRuns, ...github.checkRuns] } },
  ],
  [
    'check_run',
    'a check run that never ends',
    { github: { ...github, checkRuns: github.checkRuns.map((run) => ({ ...run, conclusion: null })) } },
  ],
];

it.each(DOCTORED)('%s: catches %s', (rule, _, change) => {
  expect(rulesBroken(change)).toContain(rule);
});

it('takes a full disk for what it is', () => {
  const message = "The runner's disk is full: ENOSPC: no space left on device, write";
  const failure = { kind: 'disk_full' as const, message, remedy: 'Free space.', retryAt: null };
  expect(rulesBroken({ tasks: [{ ...task, failure }] })).not.toContain('internal_failure');
});

it('lets a stopped task keep for its resume what Claude has not had yet', () => {
  const messages = whole.messages.map((each) => ({ ...each, status: 'queued' as const }));
  const stopped = { ...task, state: 'stopped' as const };
  const rules = rulesBroken({ messages, tasks: [stopped] });
  expect(rules).not.toContain('message_waits');
});

it('lets a crash leave a life of Claude in the middle, and the next one begin anew', () => {
  const log = doctored((events) => [
    ...events.slice(0, 5),
    line(0, 'life-2'),
    line(1, 'life-2'),
    ...events.slice(9).map((event) => event),
  ]);
  const found = checkSession(evidence({ log }));
  expect(found.filter(({ rule }) => rule === 'two_writers' || rule === 'line_lost_or_doubled')).toEqual([]);
  expect(logOf([line(0, LIFE)])).toHaveLength(1);
});
