/** One piece of SQL text that matters for finding where statements end and what their parameters are. */
export type SqlToken =
  | { kind: 'word'; text: string; end: number }
  | { kind: 'parameter'; text: string; end: number }
  | { kind: 'semicolon'; end: number }
  /** An operator, a literal or a quoted name. */
  | { kind: 'other'; text: string; end: number };

/**
 * The lexical rules of SQLite (https://www.sqlite.org/lang.html and tokenize.c), as far as they decide what is
 * code: quotes, comments, parameters. Something unterminated ends with the text, as it does in SQLite.
 */
const PATTERNS = [
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
  /(?<quoted>'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|`[^`]*(?:``[^`]*)*(?:`|$)|\[[^\]]*(?:\]|$))/,
  /(?<parameter>\?\d*|[:@$][\w$\u0080-\uffff]+)/,
  /(?<word>[\w$\u0080-\uffff]+)/,
  /(?<semicolon>;)/,
  /(?<other>[\s\S])/,
];
const TOKEN = PATTERNS.map((pattern) => pattern.source).join('|');

/** Yields the tokens of an SQL text in order, without white space and comments. */
export function* scanSql(sql: string): Generator<SqlToken> {
  const token = new RegExp(TOKEN, 'y');
  while (token.lastIndex < sql.length) {
    const groups = token.exec(sql)?.groups;
    if (!groups) return;
    const end = token.lastIndex;
    if (groups.word !== undefined) yield { kind: 'word', text: groups.word.toUpperCase(), end };
    else if (groups.parameter !== undefined) yield { kind: 'parameter', text: groups.parameter, end };
    else if (groups.semicolon !== undefined) yield { kind: 'semicolon', end };
    else if (groups.skip === undefined)
      yield { kind: 'other', text: groups.quoted ?? groups.other ?? '', end };
  }
}
