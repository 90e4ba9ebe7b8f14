import { describe, expect, it } from 'vitest';
import { planDelivery } from './plan-delivery.ts';
import { examplePayload } from './testing/webhook-examples.ts';

const plan = (event: string, action: string | null, patch = {}) =>
  planDelivery(event, JSON.stringify(examplePayload(event, action, patch)));

describe('planDelivery', () => {
  it('puts everything of one thread into one line', () => {
    expect(plan('issue_comment', 'created')).toEqual({
      action: 'created',
      conversation: '186853002#1',
      skip: null,
    });
    const review = plan('pull_request_review_comment', 'created');
    expect(review).toEqual({ ...plan('pull_request', 'opened'), action: 'created' });
    expect(review.conversation).toBe('186853002#2');
    expect(plan('installation', 'created').conversation).toBe('account');
  });

  it.each([
    ['issue_comment', 'edited'],
    ['pull_request', 'closed'],
    ['star', 'created'],
  ])('only notes %s.%s', (event, action) => {
    expect(plan(event, action).skip).toEqual({
      status: 'ignored',
      reason: `"${event}.${action}" asks for nothing`,
    });
  });

  it('puts a failed status of a branch of ours into its line, and only notes others', () => {
    const branches = [{ name: 'main' }, { name: 'signalbox/12-fix-it-abc123' }];
    const failed = plan('status', null, { state: 'failure', branches });
    expect(failed).toEqual({ action: null, conversation: '186853002#12', skip: null });
    for (const other of [{ state: 'success', branches }, { state: 'failure' }, { branches: null }]) {
      expect(plan('status', null, other).skip).toEqual({
        status: 'ignored',
        reason: 'nothing failed on a branch of ours',
      });
    }
  });

  it('parks what is no JSON or does not fit a row', () => {
    expect(planDelivery('issues', 'nope').skip?.status).toBe('parked');
    expect(plan('issues', 'opened', { filler: 'x'.repeat(2_000_000) }).skip).toEqual({
      status: 'parked',
      reason: expect.stringMatching(/^The payload is too large/),
    });
  });
});
