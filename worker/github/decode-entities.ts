/** The named references that could hide markup or stand for an unseen character; others stay readable as they are. */
const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  LT: '<',
  gt: '>',
  GT: '>',
  amp: '&',
  AMP: '&',
  quot: '"',
  QUOT: '"',
  apos: "'",
  nbsp: ' ',
  excl: '!',
  num: '#',
  lbrack: '[',
  lsqb: '[',
  rbrack: ']',
  rsqb: ']',
  lpar: '(',
  rpar: ')',
  colon: ':',
  sol: '/',
  equals: '=',
  hyphen: '-',
  dash: '-',
  commat: '@',
  Tab: '\t',
  NewLine: '\n',
  shy: '',
  zwj: '',
  zwnj: '',
  lrm: '',
  rlm: '',
  NoBreak: '',
  ZeroWidthSpace: '',
  NegativeVeryThinSpace: '',
  NegativeThinSpace: '',
  NegativeMediumSpace: '',
  NegativeThickSpace: '',
  ApplyFunction: '',
  af: '',
  InvisibleTimes: '',
  it: '',
  InvisibleComma: '',
  ic: '',
};

/** Decodes every numeric character reference and the named ones that matter (HTML 13.2.5.72). Once, not again. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,8});?|#[xX]([0-9a-fA-F]{1,7});?|([A-Za-z]+);)/g, (all, dec, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const code = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
    const valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return valid ? String.fromCodePoint(code) : '';
  });
}
