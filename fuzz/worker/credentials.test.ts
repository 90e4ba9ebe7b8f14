import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect } from 'vitest';
import { bearerOf } from '../../worker/access/bearer.ts';
import { clientNetwork } from '../../worker/access/client-address.ts';
import { matchesHash, sha256Hex } from '../../worker/access/compare-hash.ts';
import { isOwnOrigin, isUnforgeableBody, needsOwnOrigin } from '../../worker/access/judge-origin.ts';
import { signTicket, verifyTicket } from '../../worker/access/ticket.ts';
import { verifyWebhook } from '../../worker/access/verify-webhook.ts';
import { app } from '../../worker/app.ts';
import { makeCredential, parseCredential, randomSecret } from '../../worker/fleet/runner-credential.ts';
import { fuzz } from '../fuzz.ts';
import { hostileText, mutatedText } from '../inputs/hostile-text.ts';

const OWN = 'http://localhost:8787';
const NOW = 1_700_000_000_000;
const RUNNER = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const claims = {
  sessionId: RUNNER,
  taskNumber: 1,
  epoch: 2,
  runnerId: RUNNER,
  account: 'local',
  expiresAt: NOW + 1,
};
const ticket = await signTicket(env.SIGNALBOX_SECRET, claims);
const credential = makeCredential('sbr', 'github:7', RUNNER, randomSecret());
const credentialHash = await sha256Hex(credential);

/** What a header can carry (RFC 9110, 5.5). */
const headerText = (text: string) => text.replace(/[^ -~]/g, '?').trim();
const requestWith = (headers: Record<string, string>) => new Request(OWN, { headers });

fuzz(
  'ticket: only the one that was signed is valid',
  fc.oneof(mutatedText([ticket]), hostileText),
  async (text) => {
    const verdict = await verifyTicket(env.SIGNALBOX_SECRET, text, NOW);
    // Unused bits of the last character of base64url may differ.
    if (verdict.status === 'valid')
      expect([text.slice(0, -1), verdict.claims]).toEqual([ticket.slice(0, -1), claims]);
  },
);

fuzz(
  'runner credential: read as one or not, proved by nothing but itself',
  fc.oneof(mutatedText([credential]), hostileText),
  async (text) => {
    const claimed = parseCredential('sbr', text);
    if (claimed !== null) expect(claimed.account).toMatch(/^(?:github:\d{1,15}|local)$/);
    expect(await matchesHash(text, credentialHash)).toBe(text === credential);
  },
);

fuzz(
  'bearer header: one credential of plain characters, or none',
  fc.oneof(mutatedText([`Bearer ${ticket}`]), hostileText),
  (text) => {
    const bearer = bearerOf(requestWith({ authorization: headerText(text) }));
    if (bearer !== null) expect(bearer).toMatch(/^[\w.~+/=-]+$/);
  },
);

const cookies = mutatedText([
  'signalbox_session=browser-session.9999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D',
  'a=b; signalbox_session=browser-session.1; c=%zz',
]);
fuzz('cookie: a forged one signs nobody in', fc.oneof(cookies, hostileText), async (text) => {
  const response = await app.request(`${OWN}/api/sessions`, { headers: { cookie: headerText(text) } }, env);
  expect(response.status).toBe(401);
});

const signatures = mutatedText([`sha256=${'0'.repeat(64)}`]);
fuzz('signature of a webhook: a forged one is refused', fc.oneof(signatures, hostileText), async (text) => {
  expect(await verifyWebhook('secret', new Uint8Array([123, 125]).buffer, text)).toBe(false);
});

const origins = fc.oneof(hostileText, mutatedText([OWN, 'http://localhost:8787.evil.example', 'null']));
fuzz('origin: ours, or another', origins, (text) => {
  const request = requestWith({ origin: headerText(text), 'content-type': headerText(text) });
  expect(isOwnOrigin(request, OWN)).toBe(headerText(text) === OWN);
  expect(needsOwnOrigin(request)).toBe(true);
  expect(isUnforgeableBody(request)).toBe(true);
});

fuzz(
  'address of a client: a short name',
  fc.oneof(hostileText, mutatedText(['2001:db8::1', '192.0.2.1'])),
  (text) => {
    expect(clientNetwork(requestWith({ 'cf-connecting-ip': headerText(text) })).length).toBeLessThanOrEqual(
      64,
    );
  },
);
