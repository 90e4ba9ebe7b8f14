import { useEffect } from 'preact/hooks';
import type { App } from '../model/app.ts';
import { isShared } from '../model/route.ts';
import { readShortcut, SECOND_KEY_MS, type ShortcutAction } from '../model/shortcuts.ts';
import { isForThePage } from './is-for-the-page.ts';

/** A page is loaded and its list read within this, or nobody waits for its search any more. */
const SEARCH_DEADLINE_MS = 5_000;

/** Follows the keys of the whole page. */
export function useShortcuts(app: App, openHelp: () => void): void {
  useEffect(() => {
    let first: 'g' | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function follow(event: KeyboardEvent): void {
      if (!isForThePage(event)) return;
      const meant = readShortcut(first, event.key);
      first = meant.first;
      clearTimeout(timer);
      if (first !== null) {
        timer = setTimeout(() => {
          first = null;
        }, SECOND_KEY_MS);
      }
      if (meant.action === null || isOfSession(meant.action, app) || !mayDo(meant.action, app)) return;
      event.preventDefault();
      act(meant.action, app, openHelp);
    }

    document.addEventListener('keydown', follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', follow);
    };
  }, [app, openHelp]);
}

/** Sessions have rows and a search of their own, with keys that follow them. */
function isOfSession({ kind }: ShortcutAction, { route }: App): boolean {
  return route.value.page === 'session' && (kind === 'move' || kind === 'search');
}

/** Whoever is not signed in sees what is shared with him, and may ask for its keys. */
function mayDo({ kind }: ShortcutAction, { signIn, route }: App): boolean {
  return signIn.value.status === 'in' || (kind === 'help' && isShared(route.value));
}

function act(action: ShortcutAction, app: App, openHelp: () => void): void {
  switch (action.kind) {
    case 'open':
      app.open(action.address);
      break;
    case 'help':
      openHelp();
      break;
    case 'move':
      moveToRow(action.step);
      break;
    case 'search':
      if (focusSearch()) break;
      app.open('/history');
      focusSearchWhenThere();
      break;
  }
}

/** Rows of lists are links, or say that they are rows. */
const ROWS = 'main :is(a.row, [data-row])';

function moveToRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here === -1 ? rows[step === 1 ? 0 : rows.length - 1] : rows[here + step];
  next?.focus();
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
  search?.focus();
  return search !== null;
}

/** The page of the search is loaded on demand. */
function focusSearchWhenThere(): void {
  const observer = new MutationObserver(() => {
    if (focusSearch()) observer.disconnect();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), SEARCH_DEADLINE_MS);
}
