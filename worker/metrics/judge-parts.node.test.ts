import { expect, it } from 'vitest';
import { judgeGitHub, judgeModel, judgeRecord } from './judge-parts.ts';
import { gauge } from './observation.ts';

const left = (count: number) => gauge('signalbox_github_rate_limit_remaining', [], count);
const failing = (seconds: number) => gauge('signalbox_outbox_failing_seconds', ['installation'], seconds);

it.each([
  ['off without an App', null, 'off'],
  ['unknown before its first answer', [failing(0)], 'unknown'],
  ['fine while it answers', [failing(0), left(4_000)], 'ok'],
  ['failing while writes fail', [failing(130), left(4_000)], 'failing'],
  ['failing when its limit is nearly used up', [left(3)], 'failing'],
])('GitHub is %s', (_what, samples, status) => {
  expect(judgeGitHub(samples)).toMatchObject({ name: 'github', status });
});

it.each([
  ['unknown when the record does not tell', null, 'unknown'],
  ['unknown when nothing was asked', { answeredAt: null, failedAt: null }, 'unknown'],
  ['fine once it answered after a failure', { answeredAt: 2, failedAt: 1 }, 'ok'],
  ['failing when a task failed at it since', { answeredAt: 1, failedAt: 2 }, 'failing'],
])('the model is %s', (_what, trouble, status) => {
  expect(judgeModel(trouble)).toMatchObject({ name: 'model', status });
});

it('the record says how long it took, or that it does not answer', () => {
  expect([judgeRecord(7), judgeRecord(null)]).toMatchObject([
    { status: 'ok', detail: 'Answered in 7 ms.' },
    { status: 'failing' },
  ]);
});
