import type { App } from '../model/app.ts';

/** What the pages about the record need of the whole: history, insights and settings. */
export type RecordsApp = Pick<App, 'api' | 'onSignedOut' | 'me' | 'search' | 'open' | 'replaceSearch'>;
