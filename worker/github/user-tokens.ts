import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  customFetch,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { fetchWithDeadline } from './fetch-with-deadline.ts';

/** The App's side of GitHub's web application flow. */
export type SignInConfig = {
  clientId: string;
  clientSecret: string;
  /** Where people are: `https://github.com`. */
  webUrl: string;
  apiUrl: string;
};

/** A person's tokens for this App. Secrets. */
export type UserTokens = {
  accessToken: string;
  /** Null: the App's tokens do not expire. */
  refresh: { token: string; dueAt: number } | null;
};

/** Renewed so long before its end: a request that is under way must not meet it. */
const RENEW_EARLY_MS = 5 * 60_000;

/** Where to send a browser that wants to sign in (RFC 6749 with PKCE, RFC 7636). */
export async function authorizationUrl(
  { webUrl, clientId }: SignInConfig,
  { redirectUri, state, verifier }: { redirectUri: string; state: string; verifier: string },
): Promise<string> {
  const url = new URL(`${webUrl}/login/oauth/authorize`);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

/**
 * Tokens for what came back with the browser.
 * @throws when GitHub or the person refused, when the state is another one, or when GitHub can't be reached
 */
export async function exchangeCode(
  config: SignInConfig,
  callback: URL,
  { redirectUri, state, verifier }: { redirectUri: string; state: string; verifier: string },
  nowMs: number,
): Promise<UserTokens> {
  const { server, client, authentication, options } = partiesOf(config);
  const parameters = validateAuthResponse(server, client, callback, state);
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    redirectUri,
    verifier,
    options,
  );
  return tokensOf(await processAuthorizationCodeResponse(server, client, response), nowMs);
}

/** New tokens for a refresh token, which is used up. @throws when GitHub refuses or can't be reached */
export async function renewTokens(
  config: SignInConfig,
  refreshToken: string,
  nowMs: number,
): Promise<UserTokens> {
  const { server, client, authentication, options } = partiesOf(config);
  const response = await refreshTokenGrantRequest(server, client, authentication, refreshToken, options);
  return tokensOf(await processRefreshTokenResponse(server, client, response), nowMs);
}

function partiesOf({ webUrl, clientId, clientSecret }: SignInConfig) {
  const issuer = `${webUrl}/login/oauth`;
  const server: AuthorizationServer = { issuer, token_endpoint: `${issuer}/access_token` };
  const client: Client = { client_id: clientId };
  const options = {
    [customFetch]: (url: string, init: RequestInit) => fetchWithDeadline(url, init),
    // An Enterprise Server within a network of one's own, and the tests' GitHub.
    [allowInsecureRequests]: webUrl.startsWith('http:'),
  };
  return { server, client, authentication: ClientSecretPost(clientSecret), options };
}

function tokensOf(answer: TokenEndpointResponse, nowMs: number): UserTokens {
  const { access_token: accessToken, refresh_token: token, expires_in: livesS } = answer;
  const renews = token !== undefined && livesS !== undefined;
  const refresh = renews ? { token, dueAt: nowMs + livesS * 1_000 - RENEW_EARLY_MS } : null;
  return { accessToken, refresh };
}
