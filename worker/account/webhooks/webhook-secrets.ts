import { openText, sealText } from '../../access/seal-text.ts';
import type { Endpoint } from './webhook-store.ts';

const PURPOSE = 'signalbox webhook secret v1';

/** Standard Webhooks: 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** A new secret, and as it is stored. */
export async function newSecret(key: string): Promise<{ secret: string; sealed: string }> {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const secret = `whsec_${btoa(String.fromCharCode(...bytes))}`;
  return { secret, sealed: await sealText(key, PURPOSE, secret) };
}

/** With which a message to this receiver is signed now. @throws Error when they can't be read any more */
export async function secretsOf({ secret, former }: Endpoint, key: string, nowMs: number): Promise<string[]> {
  const sealed = [secret, ...(former !== null && former.untilMs > nowMs ? [former.secret] : [])];
  const opened = await Promise.all(sealed.map((one) => openText(key, PURPOSE, one)));
  const secrets = opened.filter((one) => one !== null);
  if (secrets.length > 0) return secrets;
  throw new Error('The secret can not be read: SIGNALBOX_SECRET was changed. Give the webhook a new one.');
}
