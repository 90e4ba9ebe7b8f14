const AUTHORIZATION = /(authorization:\s*(?:basic|bearer|token)\s+)[^\s'"]+/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi;
/** GitHub's token prefixes: `ghs_`, `ghp_`, `gho_`, `ghu_`, `ghr_` and `github_pat_`. */
const GITHUB_TOKEN = /\b(?:gh[sopur]_|github_pat_)\w{16,}/g;

/** Removes what looks like a credential, and each of `secrets` wherever it stands, from text that people will see. */
export function redactCredentials(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length > 0) clean = clean.replaceAll(secret, '[redacted]');
  }
  return clean
    .replace(AUTHORIZATION, '$1[redacted]')
    .replace(USER_INFO, '$1[redacted]@')
    .replace(GITHUB_TOKEN, '[redacted]');
}
