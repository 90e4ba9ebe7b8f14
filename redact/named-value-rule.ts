import type { SecretLintRuleCreator } from '@secretlint/types';

/** Values that only their name tells. The one group is the value. */
const PATTERNS: readonly RegExp[] = [
  // RFC 9110, section 11.4, as in a log of a request or on a command line.
  /\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|token)\s{1,3}([\w.~+/=-]{6,})/gi,
  /\b(?:x-api-key|private-token|x-auth-token)["']?\s{0,3}[:=]\s{0,3}["']?([\w.~+/=-]{8,})/gi,
  // The maintained rule wants exactly 40 characters and a word's border after them, which `/` and `+` are not.
  /secret_?access_?key["']?\s{0,20}(?::|=>|=)\s{0,20}["']?([A-Za-z0-9+/=]{16,})/gi,
  /session_?token["']?\s{0,20}(?::|=>|=)\s{0,20}["']?([A-Za-z0-9+/=_-]{40,})/gi,
  // npm's maintained rule looks at it in files of that name only.
  /_auth(?:Token)?\s{0,3}=\s{0,3}["']?([^$\s"'][\w.~+/=-]{7,})/g,
];

/** Credentials of no shape of their own: headers, AWS's keys, npm's tokens. */
export const namedValueRule: SecretLintRuleCreator = {
  messages: {},
  meta: {
    id: 'signalbox/named-value',
    recommended: true,
    type: 'scanner',
    supportedContentTypes: ['text'],
  },
  create: (context) => ({
    file({ content }) {
      for (const pattern of PATTERNS) {
        for (const match of content.matchAll(pattern)) {
          const [whole, value = ''] = match;
          const end = match.index + whole.length;
          context.report({
            message: { message: '', messageId: 'NAMED_VALUE', data: undefined },
            range: [end - value.length, end],
          });
        }
      }
    },
  }),
};
