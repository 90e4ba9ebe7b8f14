const CENSORED = '[redacted]';

/** Shapes that only credentials have: GitHub's tokens, Anthropic's keys, our own runner credentials, PEM keys. */
const TOKEN_SHAPES =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|sk-ant-[\w-]{20,255}|sbr_[\w.:-]{20,255})|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END)[\s\S]){1,8192}/g;

/** Shorter values would censor ordinary words. */
const MIN_SECRET_CHARS = 8;

export type Redact = (json: string) => string;

/**
 * Makes a function that takes secrets out of an event's JSON before it is written or sent: known values, and what
 * has the shape of a credential. Works on the serialized text, so that no field can be forgotten.
 *
 * @param secrets read at each call: tokens are minted while a job runs.
 */
export function redactor(secrets: () => Iterable<string>): Redact {
  return (json) => {
    let clean = json;
    for (const secret of secrets()) {
      if (secret.length < MIN_SECRET_CHARS) continue;
      const escaped = JSON.stringify(secret).slice(1, -1);
      if (clean.includes(escaped)) clean = clean.replaceAll(escaped, CENSORED);
    }
    return clean.replace(TOKEN_SHAPES, CENSORED);
  };
}
