/** SHA-256 of a text, lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares a secret with the hash of the right one, in constant time. */
export async function matchesHash(secret: string, expectedHashHex: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const actual = encoder.encode(await sha256Hex(secret));
  const expected = encoder.encode(expectedHashHex);
  return actual.byteLength === expected.byteLength && crypto.subtle.timingSafeEqual(actual, expected);
}
