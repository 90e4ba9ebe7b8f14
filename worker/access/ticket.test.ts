import { describe, expect, it } from 'vitest';
import { signTicket, verifyTicket } from './ticket.ts';

const SECRET = 'a secret of at least thirty-two random bytes';
const CLAIMS = {
  sessionId: '3f0b5a52-6f0a-4c0e-9d53-0b8f7a3b1c7e',
  taskNumber: 3,
  epoch: 2,
  runnerId: '8b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e',
  account: 'local',
  expiresAt: 10_000,
};

describe('a data-socket ticket', () => {
  it('gives its claims back until it expires', async () => {
    const ticket = await signTicket(SECRET, CLAIMS);
    expect(await verifyTicket(SECRET, ticket, 9_999)).toEqual({ status: 'valid', claims: CLAIMS });
    expect(await verifyTicket(SECRET, ticket, 10_000)).toEqual({ status: 'refused', reason: 'expired' });
  });

  it('is refused under another secret, and when a claim was changed', async () => {
    const [version, , signature] = (await signTicket(SECRET, CLAIMS)).split('.');
    const other = (await signTicket(SECRET, { ...CLAIMS, epoch: 3 })).split('.')[1];
    const refused = { status: 'refused', reason: 'bad_signature' };
    expect(await verifyTicket(`${SECRET}!`, await signTicket(SECRET, CLAIMS), 0)).toEqual(refused);
    expect(await verifyTicket(SECRET, `${version}.${other}.${signature}`, 0)).toEqual(refused);
  });

  it.each(['', 'v1', 'v1.e30', 'v1.e30.e30.e30', 'v2.e30.e30', 'v1.%%%.e30', 'v1.e30.A'])(
    'calls %j malformed or badly signed, and never throws',
    async (ticket) => {
      expect((await verifyTicket(SECRET, ticket, 0)).status).toBe('refused');
    },
  );
});
