import type { Route } from './route.ts';

const TITLES: Readonly<Record<Route['page'], string>> = {
  now: 'Now',
  new: 'New task',
  history: 'History',
  insights: 'Insights',
  settings: 'Settings',
  attention: 'Needs attention',
  session: 'Session',
  share: 'Shared',
  shared: 'Shared',
  unknown: 'Not found',
};

/**
 * What the browser's tab says.
 *
 * @param sessionTitle of the session that is shown; null where none is, or before it is known
 * @param waiting how much waits for a person
 */
export function pageTitle({ page }: Route, sessionTitle: string | null, waiting: number): string {
  const count = waiting > 0 ? `(${waiting}) ` : '';
  return `${count}${sessionTitle ?? TITLES[page]} · Signalbox`;
}
