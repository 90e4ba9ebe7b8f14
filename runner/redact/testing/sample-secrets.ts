import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';

const chars = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const ALNUM = `${UPPER}${UPPER.toLowerCase()}${DIGITS}`;
const URL_SAFE = `${ALNUM}_-`;

const prefixed = (prefix: string, alphabet: string, length: number): fc.Arbitrary<string> =>
  chars(alphabet, length).map((body) => `${prefix}${body}`);

const dotted = (prefix: string, ...lengths: number[]): fc.Arbitrary<string> =>
  fc.tuple(...lengths.map((length) => chars(ALNUM, length))).map((parts) => `${prefix}${parts.join('.')}`);

/** Real keys, made once: their forms are what matters. */
const PEM_KEYS: readonly string[] = [
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }),
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }),
].map((key) => key.toString().trim());

/** Credentials of every kind that has a shape, under the names of their kinds. */
export const SHAPED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'GitHub token': fc
    .constantFrom('ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_')
    .chain((p) => prefixed(p, ALNUM, 36)),
  'GitHub fine-grained token': prefixed('github_pat_', ALNUM, 82),
  'GitHub App token of the new form': dotted('ghs_4711_eyJ', 30, 120, 60),
  'Anthropic API key': chars(URL_SAFE, 93).map((body) => `sk-ant-api03-${body}AA`),
  'Anthropic OAuth token': prefixed('sk-ant-oat01-', ALNUM, 90),
  'Slack bot token': dotted('', 10, 12).map(
    (text) => `xoxb-${text.replace('.', '-')}-a1b2c3d4e5f6a1b2c3d4e5f6`,
  ),
  'AWS key id': prefixed('AKIA', `${UPPER}${DIGITS}`, 16),
  'JSON Web Token': dotted('eyJ', 30, 80, 43),
  'job ticket': dotted('v1.eyJ', 120, 43),
  'runner credential': chars(URL_SAFE, 43).map(
    (s) => `sbr_bG9jYWw.01980000-0000-7000-8000-000000000000.${s}`,
  ),
  'API key': prefixed('sba_', ALNUM, 43),
  'registration token': chars(URL_SAFE, 43).map(
    (s) => `sbt_bG9jYWw.01980000-0000-7000-8000-000000000000.${s}`,
  ),
  'Stripe key': prefixed('sk_live_', ALNUM, 40),
  'GitLab token': prefixed('glpat-', ALNUM, 20),
  'Google API key': prefixed('AIza', ALNUM, 35),
  'private key': fc.constantFrom(...PEM_KEYS),
};

/** What no shape tells: passwords, keys of the operator's own services. */
export const anyValue: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme-ascii', minLength: 24, maxLength: 80 })
  .filter(
    (value) => /^\S.*\S$/.test(value) && new Set(value).size > 10 && value.replace(/\s/g, '').length >= 20,
  );

/** Without quotes, backslashes and spaces: what is wrapped and escaped at once is known then too. */
export const plainValue: fc.Arbitrary<string> = chars(`${ALNUM}!#$%&()*+,-./:;<=>?@[]^_{|}~`, 40);
