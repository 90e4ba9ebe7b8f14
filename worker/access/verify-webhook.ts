/** `X-Hub-Signature-256` as GitHub sends it. */
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/** Whether a header has a signature's form, so that a body is worth reading. */
export function isSignature(header: string): boolean {
  return SIGNATURE.test(header);
}

/** Checks GitHub's HMAC-SHA256 over the raw bytes of a webhook, in constant time. */
export async function verifyWebhook(
  secret: string,
  body: ArrayBuffer,
  signatureHeader: string,
): Promise<boolean> {
  const [, hex] = SIGNATURE.exec(signatureHeader) ?? [];
  if (hex === undefined) return false;
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'verify',
  ]);
  return crypto.subtle.verify('HMAC', key, signature, body);
}
