import { randomBytes } from 'node:crypto';
import type { Grants } from './model.ts';

/** What an App is made of. */
export type Manifest = {
  name: string;
  url: string;
  redirect_url: string;
  hook_attributes: { url: string; active?: boolean | undefined };
  setup_url?: string | undefined;
  callback_urls?: string[] | undefined;
  default_permissions: Grants;
  default_events: string[];
};

/** As long as GitHub keeps what was made of a manifest. */
const CODE_LIFE_MS = 3_600_000;

export type AppManifests = {
  issueCode: (manifest: Manifest, nowMs: number) => string;
  /** The code is used up. */
  redeem: (code: string, nowMs: number) => Manifest | undefined;
};

export function createAppManifests(): AppManifests {
  const codes = new Map<string, { manifest: Manifest; expiresAt: number }>();
  return {
    issueCode(manifest, nowMs) {
      const code = randomBytes(20).toString('hex');
      codes.set(code, { manifest, expiresAt: nowMs + CODE_LIFE_MS });
      return code;
    },
    redeem(code, nowMs) {
      const found = codes.get(code);
      codes.delete(code);
      return found !== undefined && found.expiresAt > nowMs ? found.manifest : undefined;
    },
  };
}
