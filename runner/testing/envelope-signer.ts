import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  JOB_ENVELOPE_ALG,
  JOB_ENVELOPE_TYPE,
  type JobClaims,
  type JobKey,
  jobKeySchema,
} from '../../protocol/job-envelope.ts';

export type EnvelopeSigner = {
  publicKey: JobKey;
  /** @param header replaces what the protected header would say. */
  sign(claims: JobClaims, header?: Record<string, unknown>): string;
};

/** Signs jobs as a control plane does, with a key of its own; built from RFC 7515 and 8037 alone. */
export function makeEnvelopeSigner(): EnvelopeSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  // RFC 7638: the required members in this order.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return {
    publicKey: jobKeySchema.parse({ kid, kty: 'OKP', crv: 'Ed25519', x }),
    sign(claims, header = {}) {
      const protectedHeader = { alg: JOB_ENVELOPE_ALG, kid, typ: JOB_ENVELOPE_TYPE, ...header };
      const signed = `${encode(protectedHeader)}.${encode(claims)}`;
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
