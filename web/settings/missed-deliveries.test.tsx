import { afterEach, expect, it } from 'vitest';
import { deliveryPageSchema, type MissedDeliveries, missedDeliveriesSchema } from '../../protocol/http.ts';
import type { MeAnswer } from '../../protocol/people.ts';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import { readerWith, TestPage } from '../records/testing/show-page.tsx';
import { SettingsPage } from './settings-page.tsx';

const AT = 1_763_690_400_000;

let page: TestPage;
afterEach(() => page.close());

function answerTo(reader: MeAnswer): void {
  page = new TestPage(reader);
  page.api.answer('GET /api/deliveries', deliveryPageSchema, { items: [], next: null });
  page.api.answer('GET /api/repositories', repositoriesAnswerSchema, { items: [], more: false });
}
const show = () => page.show((app) => <SettingsPage app={app} section="deliveries" />);
const ADMIN: MeAnswer = { login: 'admin', id: null, proof: 'browser', isDeploymentAdmin: true, accounts: [] };

it.each<[MissedDeliveries, RegExp]>([
  [{ lastLook: null, askedAgain: [] }, /was not searched yet/],
  [{ lastLook: { at: AT, redelivered: 0, problem: null }, askedAgain: [] }, /nothing was missing/],
  [
    { lastLook: { at: AT, redelivered: 1, problem: null }, askedAgain: [{ id: 'd-1', times: 2, at: AT }] },
    /1 asked for again\..*1 asked for again in the last three days.*d-1, 2 times/,
  ],
  [
    { lastLook: { at: AT, redelivered: 0, problem: 'GitHub answered 401.' }, askedAgain: [] },
    /could not be read.*GitHub answered 401\./,
  ],
])('%#: says how the last look into GitHub’s own log went', async (missed, words) => {
  answerTo(ADMIN);
  page.api.answer('GET /api/deliveries/missed', missedDeliveriesSchema, missed);
  await show();
  await page.sees(words);
  expect(page.host.querySelector('a[href="/setup"]')).not.toBeNull();
});

it('shows it to nobody else, nor the way to the set-up', async () => {
  answerTo(readerWith('admin'));
  await show();
  await page.sees('GitHub has told nothing yet');
  expect(page.host.textContent).not.toContain('never arrived');
  expect(page.host.querySelector('a[href="/setup"]')).toBeNull();
});
