import { type Signal, signal } from '@preact/signals';
import { parseRoute, type Route } from './route.ts';

export type Address = {
  route: Signal<Route>;
  /** The query with its question mark; empty where there is none. */
  search: Signal<string>;
  /** Opens another page, or the same with another query, as a step that the browser's back button undoes. */
  open(address: string): void;
  /** Puts another query in the place of this one: for filters that change with each key. */
  replaceSearch(search: string): void;
  /** Puts another address in the place of this one: what was there is no step back. */
  replace(address: string): void;
  /** @param onOther is told when another page is shown; never of another query or fragment */
  listen(onOther: () => void): void;
};

/** What the browser's address bar says, and the only way that the page changes it. */
export function createAddress(window: Window): Address {
  const route = signal<Route>(parseRoute(window.location.pathname));
  const search = signal(window.location.search);
  let path = window.location.pathname;
  let tell = () => {};

  function follow(): void {
    search.value = window.location.search;
    if (window.location.pathname === path) return;
    path = window.location.pathname;
    route.value = parseRoute(path);
    tell();
  }

  function replace(address: string): void {
    window.history.replaceState(null, '', address);
    follow();
  }

  return {
    route,
    search,
    open(address) {
      window.history.pushState(null, '', address);
      const isOther = window.location.pathname !== path;
      follow();
      if (isOther) window.scrollTo(0, 0);
    },
    replaceSearch: (next) => replace(window.location.pathname + next + window.location.hash),
    replace,
    listen(onOther) {
      tell = onOther;
      window.addEventListener('popstate', follow);
    },
  };
}
