import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world?.close());

const outcomeOf = (deliveryId: string) =>
  until(`delivery ${deliveryId} is worked off`, async () =>
    (await world.deliveries()).find(({ id, status }) => id === deliveryId && status !== 'received'),
  );

const sessionExists = async (issueNumber: number): Promise<boolean> =>
  world.session(world.sessionOf(issueNumber)).then(
    () => true,
    () => false,
  );

it('makes one task of a delivery that comes twice at once and again later', async () => {
  const { github } = world;
  const { number } = await github.openIssue({
    repo: REPO,
    author: 'mona',
    title: 'Twice',
    body: 'nothing yet',
  });
  const missed = await world.whileUnreachable(() =>
    github.commentOnIssue({ repo: REPO, number, author: 'mona', body: '@signalbox [[say:once]]' }),
  );
  const deliveryId = missed.deliveries[0]?.deliveryId ?? '';
  const payload = github.deliveries().find(({ guid }) => guid === deliveryId)?.payload ?? {};
  const both = await Promise.all([
    github.deliver('issue_comment', payload, { deliveryId }),
    github.deliver('issue_comment', payload, { deliveryId }),
  ]);
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  await world.ended(world.sessionOf(number));
  const again = await github.deliver('issue_comment', payload, { deliveryId });
  expect(again.status).toBe(202);
  const otherId = crypto.randomUUID();
  await github.deliver('issue_comment', payload, { deliveryId: otherId });
  await outcomeOf(otherId);
  expect((await world.session(world.sessionOf(number))).tasks).toHaveLength(1);
});

it.each([
  ['somebody without write access', 'passer-by', '@signalbox [[say:hello]]', /write access/],
  ['a bot', 'helper[bot]', '@signalbox [[say:hello]]', /bot/],
  ['a quote', 'mona', '> @signalbox [[say:hello]]', /mention/],
])('starts nothing for %s and keeps the reason', async (_, author, body, reason) => {
  const { github } = world;
  const opened = await github.openIssue({ repo: REPO, author, title: 'No', body });
  const deliveryId = opened.deliveries[0]?.deliveryId ?? '';
  const outcome = await outcomeOf(deliveryId);
  expect(outcome).toMatchObject({ status: 'ignored', taskId: null });
  expect(outcome.reason).toMatch(reason);
  expect(await sessionExists(opened.number)).toBe(false);
});

it('refuses a delivery with a wrong signature', async () => {
  const response = await fetch(`${world.stack.url}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': crypto.randomUUID(),
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    },
    body: '{}',
  });
  expect(response.status).toBe(401);
});
