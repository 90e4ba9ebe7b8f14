import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Account } from '../model.ts';

/** Lifetimes of a GitHub App's user tokens, as GitHub documents them. */
const USER_TOKEN_LIFE_S = 28_800;
const REFRESH_TOKEN_LIFE_S = 15_811_200;
const CODE_LIFE_MS = 600_000;

type Code = { account: Account; redirectUri: string | null; challenge: string | null; expiresAt: number };

/** What a code was asked for with: the parameters of the authorization page. */
export type CodeRequest = { redirectUri: string | null; challenge: string | null };

export type UserAuthorization = {
  clientSecret: string;
  /** A code for a person who has agreed. */
  issueCode: (account: Account, request: CodeRequest) => string;
  /** GitHub's answer to `POST /login/oauth/access_token`; it has status 200 also where it refuses. */
  exchange: (form: URLSearchParams) => Record<string, string | number>;
};

export type UserAuthorizationDeps = {
  clientId: string;
  userTokens: Map<string, Account>;
  now: () => number;
};

/** The OAuth side of a GitHub App: codes with PKCE, tokens that expire, and their renewal. */
export function createUserAuthorization(deps: UserAuthorizationDeps): UserAuthorization {
  const clientSecret = randomBytes(20).toString('hex');
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, { account: Account; token: string }>();

  function grant(account: Account): Record<string, string | number> {
    const token = `ghu_${randomBytes(18).toString('hex')}`;
    const refreshToken = `ghr_${randomBytes(38).toString('hex')}`;
    deps.userTokens.set(token, account);
    refreshTokens.set(refreshToken, { account, token });
    return {
      access_token: token,
      expires_in: USER_TOKEN_LIFE_S,
      refresh_token: refreshToken,
      refresh_token_expires_in: REFRESH_TOKEN_LIFE_S,
      scope: '',
      token_type: 'bearer',
    };
  }

  function redeem(form: URLSearchParams): Record<string, string | number> {
    const name = form.get('code') ?? '';
    const code = codes.get(name);
    codes.delete(name);
    if (code === undefined || code.expiresAt <= deps.now()) return refused('bad_verification_code');
    if (code.redirectUri !== null && code.redirectUri !== form.get('redirect_uri')) {
      return refused('redirect_uri_mismatch');
    }
    const verifier = form.get('code_verifier') ?? '';
    const hash = createHash('sha256').update(verifier).digest('base64url');
    if (code.challenge !== null && code.challenge !== hash) return refused('bad_verification_code');
    return grant(code.account);
  }

  function renew(form: URLSearchParams): Record<string, string | number> {
    const name = form.get('refresh_token') ?? '';
    const known = refreshTokens.get(name);
    if (known === undefined) return refused('bad_refresh_token');
    refreshTokens.delete(name);
    deps.userTokens.delete(known.token);
    return grant(known.account);
  }

  return {
    clientSecret,
    issueCode(account, request) {
      const code = randomBytes(10).toString('hex');
      codes.set(code, { account, ...request, expiresAt: deps.now() + CODE_LIFE_MS });
      return code;
    },
    exchange(form) {
      const isClient = form.get('client_id') === deps.clientId;
      if (!isClient || !isEqual(form.get('client_secret') ?? '', clientSecret)) {
        return refused('incorrect_client_credentials');
      }
      return form.get('grant_type') === 'refresh_token' ? renew(form) : redeem(form);
    },
  };
}

function refused(error: string): Record<string, string> {
  return {
    error,
    error_description: `The GitHub double refuses: ${error}.`,
    error_uri:
      'https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors',
  };
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
