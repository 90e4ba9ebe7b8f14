import type { SecretLintRuleCreator } from '@secretlint/types';

/**
 * Beginnings that nothing but a credential has. The maintained rules know most of these, but by their exact length:
 * a linter must not cry wolf, whereas here a token that was cut, or is of a newer form, must not pass.
 */
const CERTAIN = [
  'gh[pousr]_',
  'github_pat_',
  'sk-ant-[a-z]{2,10}\\d{0,2}-',
  'sk-(?:proj|svcacct|admin)-',
  // Admin and API keys, a runner's credential, the token of a share link, a registration token.
  'sb[akrst]_',
  'xox[a-z](?:\\.xox[a-z])?-',
  'x(?:app|wfp)-\\d-',
  '(?:AKIA|ASIA)(?=[A-Z0-9])',
  'glpat-',
  'glc_',
  'glsa_',
  'lin_api_',
  'shp(?:pa|ca|at|ss)_',
  '[sr]k_(?:live|test)_',
  'dckr_pat_',
  'figd_',
  'tskey-[a-z]{2,20}-',
  'AIza(?=[\\w-])',
  'pypi-AgE',
  'hv[sbr]\\.(?=[A-Za-z0-9])',
  // JSON in base64url: a JSON Web Token, and the ticket of a job.
  'eyJ(?=[\\w-])',
];

/** Beginnings that other words have too. What follows has to look random. */
const LIKELY = [
  'npm_',
  'hf_',
  'gsk_',
  'ntn_',
  'SG\\.',
  'ops_',
  'vc[piark]_',
  'vck_',
  'dapi',
  'cf(?:k|ut|at)_',
  'sk-',
];

const BODY = '[\\w.~+/=-]';

/** A whole token: longer than a name with such a beginning is. */
const MIN_BODY_CHARS = 12;

/** So much of a likely one at the end of a text that the rest may stand in the next. */
const MIN_LIKELY_TAIL_CHARS = 6;

const beginning = (prefixes: readonly string[]): string => `(?<![A-Za-z0-9])(?:${prefixes.join('|')})`;

const WHOLE = new RegExp(`${beginning([...CERTAIN, ...LIKELY])}(${BODY}{${MIN_BODY_CHARS},})`, 'g');
const CERTAIN_TAIL = new RegExp(`${beginning(CERTAIN)}${BODY}+$`);
const LIKELY_TAIL = new RegExp(`${beginning(LIKELY)}(${BODY}{${MIN_LIKELY_TAIL_CHARS},})$`);

/** `npm_config_cache` is a name: no digit, no change of case within. */
function looksRandom(body: string): boolean {
  return /\d/.test(body) ? /[A-Za-z]/.test(body) : /[a-z]/.test(body) && /[A-Z]/.test(body);
}

const IS_CERTAIN = new RegExp(`^(?:${CERTAIN.join('|')})`);

/** The longest tail that is looked at: a token of GitHub's App has about 520 characters, a large JWT some thousand. */
const MAX_TAIL_CHARS = 8_000;

/** Tokens by how they begin, whole ones and those that the end of the text cuts off. */
export const tokenRule: SecretLintRuleCreator = {
  messages: {},
  meta: {
    id: 'signalbox/token',
    recommended: true,
    type: 'scanner',
    supportedContentTypes: ['text'],
  },
  create: (context) => ({
    file({ content }) {
      const report = (start: number, end: number): void =>
        context.report({
          message: { message: '', messageId: 'TOKEN', data: undefined },
          range: [start, end],
        });
      for (const match of content.matchAll(WHOLE)) {
        const [token, body = ''] = match;
        if (IS_CERTAIN.test(token) || looksRandom(body)) report(match.index, match.index + token.length);
      }
      const from = Math.max(0, content.length - MAX_TAIL_CHARS);
      const tail = content.slice(from);
      const open = CERTAIN_TAIL.exec(tail) ?? likelyTail(tail);
      if (open !== null) report(from + open.index, content.length);
    },
  }),
};

function likelyTail(tail: string): RegExpExecArray | null {
  const match = LIKELY_TAIL.exec(tail);
  return match !== null && looksRandom(match[1] ?? '') ? match : null;
}
