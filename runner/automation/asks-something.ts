const FENCED = /^(```|~~~)[\s\S]*?^\1[^\n]*$/gm;

/** A list of choices may stand behind the question. */
const LAST_PARAGRAPHS = 2;

/** A question that ends its line, with the marks that Markdown or a language puts around it. */
const QUESTION = /[?？]["'”»’)\]*_`]*[ \t]*$/m;

/** Whether a text ends by asking its reader something. Words in code count for nothing. Pure. */
export function asksSomething(text: string): boolean {
  const paragraphs = text
    .replace(FENCED, '')
    .split(/\n[ \t]*\n/)
    .filter((paragraph) => paragraph.trim() !== '');
  return paragraphs.slice(-LAST_PARAGRAPHS).some((paragraph) => QUESTION.test(paragraph));
}
