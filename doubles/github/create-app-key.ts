import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const KEY_BITS = 2_048;

/** A new RSA key in PKCS#1, the form in which GitHub hands out an App's key. */
export async function createAppKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
