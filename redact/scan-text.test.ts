import { describe, expect, it } from 'vitest';
import { hintsOf } from './rule-hints.ts';
import { RULES, scanText } from './scan-text.ts';

const MAX_SCAN_MS = 2_000;

const a = (length: number): string => 'aB3'.repeat(length).slice(0, length);

/** Something that the rule of each service has to find. A rule that its hints never wake would find nothing. */
const FOUND_BY: Readonly<Record<string, string>> = {
  aws: `aws_secret_access_key = ${a(40)}`,
  privatekey: `-----BEGIN RSA PRIVATE KEY-----\nMII${a(125)}\n-----END RSA PRIVATE KEY-----`,
  npm: `npm_${a(36)}`,
  basicauth: 'https://ada:lovelace1815@db.internal.net/x',
  slack: `https://hooks.slack.com/services/T${a(8)}/B${a(8)}/${a(24)}`,
  sendgrid: `SG.${a(22)}.${a(43)}`,
  shopify: `shpat_${a(32)}`,
  stripe: `rk_live_${a(24)}`,
  github: `ghu_${a(36)}`,
  gitlab: `glpat-${a(20)}`,
  grafana: `glsa_${a(32)}_0123abcd`,
  openai: `sk-${a(20)}T3BlbkFJ${a(20)}`,
  anthropic: `sk-ant-api03-${a(93)}AA`,
  groq: `gsk_${a(52)}`,
  huggingface: `hf_${'aB'.repeat(17)}`,
  linear: `lin_api_${a(40)}`,
  notion: `ntn_01234567890${a(35)}`,
  '1password': `ops_eyJ${a(260)}`,
  'database-connection-string': 'postgresql://app:correct-horse@db.internal/app',
  'hashicorp-vault': `hvs.${a(95)}`,
  vercel: `vcp_${a(24)}`,
  databricks: `dapi${'0123abcd'.repeat(4)}`,
  docker: `dckr_pat_${a(27)}`,
  figma: `figd_${a(40)}`,
  cloudflare: `cfut_${a(40)}0123abcd`,
  tailscale: `tskey-auth-${a(12)}-${a(32)}`,
};

describe('the maintained rules', () => {
  const ids = RULES.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));

  it('are all spared most texts by hints, and are all tried here', () => {
    expect(RULES.filter(({ meta }) => hintsOf(meta.id) === null)).toEqual([]);
    const others = ['gcp', 'signalbox/token', 'signalbox/private-key', 'signalbox/named-value'];
    expect(ids.filter((id) => FOUND_BY[id] === undefined)).toEqual(others);
  });

  it.each(Object.entries(FOUND_BY))('%s: found by the rule itself, and by the scan', (id, secret) => {
    const rule = RULES.find(({ meta }) => meta.id === `@secretlint/secretlint-rule-${id}`);
    const lower = secret.toLowerCase();
    expect(hintsOf(rule?.meta.id ?? '')?.some((hint) => lower.includes(hint))).toBe(true);
    expect(scanText(`before ${secret} after`).some(([start, end]) => end - start >= secret.length / 2)).toBe(
      true,
    );
  });
});

it.each([
  ['an authorization header', 'curl -H "Authorization: Bearer abcdefghijkl"', 'abcdefghijkl'],
  ['an npm token in a file', '//registry.npmjs.org/:_authToken=0123-abcd-4567', '0123-abcd-4567'],
  ['a key of AWS that ends in a slash', `SecretAccessKey": "${a(39)}/"`, `${a(39)}/`],
  ['a session token of AWS', `aws_session_token=${a(80)}==`, `${a(80)}==`],
])('%s is found by its name, and the name stays', (_what, text, secret) => {
  const start = text.indexOf(secret);
  expect(scanText(text)).toContainEqual([start, start + secret.length]);
});

it.each([
  ['backslashes', '\\'.repeat(50_000)],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----\n'.repeat(2_000)],
  ['ends of keys', `${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`.repeat(600)],
  ['prefixes of Slack', 'xoxb-'.repeat(10_000)],
  ['prefixes of JSON Web Tokens', 'eyJ'.repeat(17_000)],
  ['dots of SendGrid', 'SG.a.'.repeat(10_000)],
  ['addresses', 'https://a:'.repeat(5_000)],
  ['names of values', 'secret_access_key =    '.repeat(2_000)],
  ['one long word', `sk-${'a'.repeat(50_000)}`],
])('%s without end hold nobody up', (_what, text) => {
  const startedAt = process.cpuUsage();
  scanText(text);
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(MAX_SCAN_MS);
});
