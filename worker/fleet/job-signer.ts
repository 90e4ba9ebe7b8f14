import { CompactSign, calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import {
  JOB_ENVELOPE_ALG,
  JOB_ENVELOPE_TYPE,
  type JobClaims,
  type JobKey,
  jobKeySchema,
} from '../../protocol/job-envelope.ts';

/** Keeps the key apart from everything else that the same secret signs or derives. Never changes. */
const PURPOSE = 'signalbox job envelope v1';

/** PKCS #8 (RFC 8410) around the 32 bytes of an Ed25519 private key: WebCrypto imports no bare ones. */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

export type JobSigningSecrets = {
  /** The deployment's secret, or one of its own for this purpose. */
  signing: string;
  /** Announced already, used later. */
  next: string | null;
};

export type JobSigner = {
  /** The claims as a signed envelope; see `protocol/job-envelope.ts`. */
  sign(claims: JobClaims): Promise<string>;
  /** Public keys: the one that signs, then the one that will. */
  keys(): Promise<JobKey[]>;
};

type KeyPair = { privateKey: CryptoKey; publicKey: JobKey };

/** Signs jobs with a key that is derived from a secret, so that there is no key to store or to lose. */
export function createJobSigner({ signing, next }: JobSigningSecrets): JobSigner {
  let pair: Promise<KeyPair> | null = null;
  const signingPair = () => {
    pair ??= deriveKeyPair(signing);
    return pair;
  };
  return {
    async sign(claims) {
      const { privateKey, publicKey } = await signingPair();
      return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: JOB_ENVELOPE_ALG, kid: publicKey.kid, typ: JOB_ENVELOPE_TYPE })
        .sign(privateKey);
    },
    async keys() {
      const { publicKey } = await signingPair();
      return next === null ? [publicKey] : [publicKey, (await deriveKeyPair(next)).publicKey];
    },
  };
}

/** HKDF-SHA256 (RFC 5869) of the secret is the private key; its public half comes with the JWK export. */
async function deriveKeyPair(secret: string): Promise<KeyPair> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveBits',
  ]);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(PURPOSE),
  };
  const seed = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...seed]);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, true, ['sign']);
  const { x } = z.object({ x: z.string() }).parse(await crypto.subtle.exportKey('jwk', privateKey));
  const jwk = { kty: 'OKP', crv: 'Ed25519', x } as const;
  return { privateKey, publicKey: jobKeySchema.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) }) };
}
