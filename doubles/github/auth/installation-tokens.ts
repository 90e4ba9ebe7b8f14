import { randomBytes } from 'node:crypto';
import type { Grants, Repository } from '../model.ts';

/** How long GitHub lets an installation token live. */
export const INSTALLATION_TOKEN_LIFE_MS = 3_600_000;

export type TokenGrant = {
  permissions: Grants;
  /** Repository ids it was narrowed to, or undefined for every repository of the installation. */
  repositoryIds: ReadonlySet<number> | undefined;
  expiresAt: number;
};

export type TokenStore = {
  /** Returns the token's text, which is kept nowhere but in this store. */
  mint: (grant: Omit<TokenGrant, 'expiresAt'>, now: number) => { token: string; grant: TokenGrant };
  find: (token: string, now: number) => TokenGrant | undefined;
  revoke: (token: string) => void;
  /** Tokens that are neither expired nor revoked. */
  countLive: (now: number) => number;
};

export function createTokenStore(): TokenStore {
  const grants = new Map<string, TokenGrant>();
  const alive = (grant: TokenGrant, now: number) => grant.expiresAt > now;
  return {
    mint(grant, now) {
      const token = `ghs_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
      const full = { ...grant, expiresAt: now + INSTALLATION_TOKEN_LIFE_MS };
      grants.set(token, full);
      return { token, grant: full };
    },
    find(token, now) {
      const grant = grants.get(token);
      return grant && alive(grant, now) ? grant : undefined;
    },
    revoke: (token) => void grants.delete(token),
    countLive: (now) => [...grants.values()].filter((grant) => alive(grant, now)).length,
  };
}

export const reaches = (grant: TokenGrant, repository: Repository): boolean =>
  repository.installed && (grant.repositoryIds === undefined || grant.repositoryIds.has(repository.id));

export function allows(permissions: Grants, name: string, access: 'read' | 'write'): boolean {
  const held = permissions[name];
  return held === 'write' || (access === 'read' && held === 'read');
}
