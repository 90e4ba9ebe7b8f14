import { expect, it } from 'vitest';
import type { DeliveryView } from '../../protocol/http.ts';
import { checkDeliveries } from './check-deliveries.ts';

const relayed = { id: 'd1', event: 'issues', action: 'opened', accepted: true, statuses: [202] };
const listed: DeliveryView = {
  id: 'd1',
  account: 'github:1',
  event: 'issues',
  action: 'opened',
  status: 'done',
  reason: null,
  taskId: '5b0f6c3e-0d3c-5a52-9a54-000000000001.1',
  attempts: 1,
  receivedAt: 1,
};
const rules = (relay: typeof relayed, inbox: DeliveryView[]) =>
  checkDeliveries([relay], inbox).map(({ rule }) => rule);

it('finds nothing wrong with a delivery that became a task, or nothing with a reason', () => {
  expect(rules(relayed, [listed])).toEqual([]);
  expect(rules(relayed, [{ ...listed, status: 'ignored', taskId: null, reason: 'no mention' }])).toEqual([]);
});

it.each<[string, Partial<typeof relayed>, DeliveryView[]]>([
  ['delivery_not_accepted', { accepted: false, statuses: [0, 500] }, [listed]],
  ['delivery_lost', {}, []],
  ['delivery_twice', {}, [listed, listed]],
  ['delivery_waits', {}, [{ ...listed, status: 'received', taskId: null }]],
  ['delivery_parked', {}, [{ ...listed, status: 'parked', taskId: null, reason: 'gave up' }]],
  ['delivery_no_reason', {}, [{ ...listed, status: 'ignored', taskId: null }]],
  ['delivery_no_reason', {}, [{ ...listed, taskId: null }]],
])('%s: catches it', (rule, change, inbox) => {
  expect(rules({ ...relayed, ...change }, inbox)).toEqual([rule]);
});
