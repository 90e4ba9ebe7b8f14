import { areShortcutsOff } from '../model/shortcut-choice.ts';

const FIELDS = 'input, textarea, select, [contenteditable]';

/** Whether a key is meant for the page as a whole: nobody types, no dialog is open, and it is no key of the browser. */
export function isForThePage(event: KeyboardEvent): boolean {
  const { key, target } = event;
  // Something on the page has taken it.
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  // Keys that are no letter and no sign have longer names, such as Enter.
  if (key.length === 1 && areShortcutsOff(document)) return false;
  const isTyped = target instanceof Element && target.closest(FIELDS) !== null;
  return !isTyped && document.querySelector('dialog[open]') === null;
}
