/** The name by which styles know what was found: `::highlight(found)`. */
const FOUND = 'found';

/** More than a window shows; each range costs the browser a little at every change. */
const MAX_MARKS = 500;

/** Marks where words stand in what is shown. Nothing in the document changes: browsers without it show no marks. */
export function markFound(root: HTMLElement | null, query: string): void {
  if (typeof CSS === 'undefined' || !('highlights' in CSS)) return;
  const needle = query.trim().toLowerCase();
  if (root === null || needle === '') {
    CSS.highlights.delete(FOUND);
    return;
  }
  CSS.highlights.set(FOUND, new Highlight(...rangesOf(root, needle)));
}

function rangesOf(root: HTMLElement, needle: string): Range[] {
  const ranges: Range[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null && ranges.length < MAX_MARKS) {
    const node = texts.currentNode;
    const text = (node.textContent ?? '').toLowerCase();
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
      const range = document.createRange();
      // Few letters are longer in lower case; a mark may then end early.
      range.setStart(node, Math.min(at, node.textContent?.length ?? 0));
      range.setEnd(node, Math.min(at + needle.length, node.textContent?.length ?? 0));
      ranges.push(range);
    }
  }
  return ranges;
}
