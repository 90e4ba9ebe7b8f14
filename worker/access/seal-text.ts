import { fromBase64Url, toBase64Url } from './base64url.ts';

/** What AES-GCM wants (NIST SP 800-38D). */
const IV_BYTES = 12;

/** Encrypts a short secret that has to be stored: AES-256-GCM under a key of its own purpose (HKDF, RFC 5869). */
export async function sealText(secret: string, purpose: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await keyOf(secret, purpose);
  const bytes = new TextEncoder().encode(text);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes);
  return `${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** @returns null when it was sealed with another secret, for another purpose, or was changed. */
export async function openText(secret: string, purpose: string, sealed: string): Promise<string | null> {
  const [iv, bytes] = sealed.split('.').map(fromBase64Url);
  if (iv === undefined || iv === null || bytes === undefined || bytes === null) return null;
  try {
    const key = await keyOf(secret, purpose);
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes));
  } catch {
    return null;
  }
}

async function keyOf(secret: string, purpose: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveKey']);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(purpose),
  };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}
