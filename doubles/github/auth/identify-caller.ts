import type { Account } from '../model.ts';
import { badCredentials } from '../refusal.ts';
import type { World } from '../world.ts';
import type { TokenGrant } from './installation-tokens.ts';
import { verifyAppJwt } from './verify-app-jwt.ts';

export type Caller =
  | { kind: 'app' }
  | { kind: 'installation'; token: string; grant: TokenGrant }
  | { kind: 'user'; account: Account }
  | { kind: 'anonymous' };

/** What a request's credential looks like; safe to keep, unlike the credential. */
export type TokenKind = 'jwt' | 'installation' | 'user' | 'unknown' | 'none';

/** The secret in an `Authorization` header: `Bearer x`, `token x`, or the password of `Basic`. */
export function credentialIn(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  if (value === '') return undefined;
  if (scheme.toLowerCase() !== 'basic') return value;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

export function kindOf(credential: string | undefined): TokenKind {
  if (credential === undefined) return 'none';
  if (credential.startsWith('ghs_')) return 'installation';
  if (credential.startsWith('ghu_')) return 'user';
  return credential.split('.').length === 3 ? 'jwt' : 'unknown';
}

/** Who sent a request. Throws GitHub's 401 for a credential that is not good. */
export function identifyCaller(world: World, authorization: string | undefined): Caller {
  const credential = credentialIn(authorization);
  if (credential === undefined) return { kind: 'anonymous' };
  switch (kindOf(credential)) {
    case 'jwt':
      verifyAppJwt(credential, world.app, world.now());
      return { kind: 'app' };
    case 'installation': {
      const grant = world.tokens.find(credential, world.now());
      if (!grant) throw badCredentials();
      return { kind: 'installation', token: credential, grant };
    }
    case 'user': {
      const account = world.userTokens.get(credential);
      if (!account) throw badCredentials();
      return { kind: 'user', account };
    }
    case 'unknown':
    case 'none':
      throw badCredentials();
  }
}
