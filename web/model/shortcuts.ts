/** What a key does wherever nothing is typed. */
export type ShortcutAction =
  | { kind: 'open'; address: string }
  | { kind: 'search' }
  | { kind: 'help' }
  /** To another row of the list. */
  | { kind: 'move'; step: 1 | -1 };

/** After the first key of two, the second one is waited for so long. */
export const SECOND_KEY_MS = 1_500;

const GO: Readonly<Record<string, string>> = {
  n: '/',
  h: '/history',
  i: '/insights',
  s: '/settings',
  a: '/attention',
};

/** For the page that lists them. `reads`: it leads through a session, which may be shared with somebody. */
export const SHORTCUTS: readonly { keys: readonly string[]; what: string; reads?: true }[] = [
  { keys: ['g', 'n'], what: 'Now' },
  { keys: ['g', 'h'], what: 'History' },
  { keys: ['g', 'i'], what: 'Insights' },
  { keys: ['g', 's'], what: 'Settings' },
  { keys: ['g', 'a'], what: 'Needs attention' },
  { keys: ['c'], what: 'New task' },
  { keys: ['/'], what: 'Search', reads: true },
  { keys: ['j'], what: 'Next row of a list', reads: true },
  { keys: ['k'], what: 'Previous row of a list', reads: true },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['o'], what: 'Unfold the row of a session', reads: true },
  { keys: ['e'], what: 'Next error of a session (Shift: the previous one)', reads: true },
  { keys: ['n'], what: 'Next find in a session (Shift: the previous one)', reads: true },
  { keys: ['Ctrl', 'Enter'], what: 'Send what was typed' },
  { keys: ['?'], what: 'These shortcuts', reads: true },
];

/**
 * What a key means.
 *
 * @param before the first key of two, when it was pressed just now
 * @returns what to do, and whether this key is the first of two
 */
export function readShortcut(
  before: 'g' | null,
  key: string,
): { action: ShortcutAction | null; first: 'g' | null } {
  if (before === 'g') {
    const address = GO[key];
    return { action: address === undefined ? null : { kind: 'open', address }, first: null };
  }
  if (key === 'g') return { action: null, first: 'g' };
  return { action: actionOf(key), first: null };
}

function actionOf(key: string): ShortcutAction | null {
  switch (key) {
    case 'c':
      return { kind: 'open', address: '/new' };
    case '/':
      return { kind: 'search' };
    case '?':
      return { kind: 'help' };
    case 'j':
      return { kind: 'move', step: 1 };
    case 'k':
      return { kind: 'move', step: -1 };
    default:
      return null;
  }
}
