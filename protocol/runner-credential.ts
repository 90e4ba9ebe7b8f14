/**
 * `<prefix>_<base64url(account)>.<id>.<256 secret bits, base64url>`: names its Fleet and its owner, so that the right
 * object is asked without a look-up, and a runner knows from its own credential who it is.
 */
const PATTERN = /^(sb[rtks])_([\w-]{1,200})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** `sbr`: a runner's credential. `sbt`: a token with which one runner can be registered. `sbk`: an API key. `sbs`: a share link. */
export type CredentialPrefix = 'sbr' | 'sbt' | 'sbk' | 'sbs';

/** Takes a credential apart. Proves nothing. @returns null when it has another shape. */
export function splitCredential(
  prefix: CredentialPrefix,
  text: string,
): { encodedAccount: string; id: string } | null {
  const [, found, encodedAccount = '', id = ''] = PATTERN.exec(text) ?? [];
  return found === prefix ? { encodedAccount, id } : null;
}
