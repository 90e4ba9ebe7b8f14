/** A line that opens or closes a fence of code, as CommonMark has it. */
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Somebody's Markdown as a quotation: it keeps its form, but neither ends the quotation, nor carries markup of HTML,
 * nor has a picture fetched from somewhere when the report is looked at.
 */
export function quoteMarkdown(text: string): string {
  let fence: string | null = null;
  const lines = text.split(/\r\n|\r|\n/).map((line) => {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      return `> ${line}`;
    }
    if (mark !== undefined) {
      fence = mark;
      return `> ${line}`;
    }
    return `> ${line.replaceAll('<', '&lt;').replaceAll('![', '!\\[')}`;
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Text as it is, in a fence that nothing in it can close. */
export function fenceText(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\n+$/, '')}\n${fence}`;
}

/** A few words on one line as code; a table's bars and line breaks are kept out of it. */
export function inlineCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '¦').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}

/** A few words on one line as prose, with nothing that Markdown would take for markup. */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>()#|~!]/g, (char) => `\\${char}`);
}
