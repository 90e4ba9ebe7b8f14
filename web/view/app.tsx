import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { App as AppModel } from '../model/app.ts';
import { pageTitle } from '../model/page-title.ts';
import { isShared } from '../model/route.ts';
import { HelpButton, Navigation } from './navigation.tsx';
import { onDemand } from './on-demand.tsx';
import { Page } from './page.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const Help = onDemand('the shortcuts', async () => (await import('../panel/help.tsx')).Help);

/** The frame of every page. Links inside it change the address without a reload. */
export function App({ app }: { app: AppModel }) {
  const main = useRef<HTMLElement>(null);
  const route = app.route.value;
  const title = pageTitle(
    route,
    app.session.value?.session.value?.title ?? null,
    app.now.waiting.value.length,
  );
  useEffect(() => {
    document.title = title;
  }, [title]);
  useFocusOnNewPage(main, route);
  const isHelpOpen = useSignal(false);
  const openHelp = useCallback(() => {
    isHelpOpen.value = true;
  }, [isHelpOpen]);
  useShortcuts(app, openHelp);
  const isIn = app.signIn.value.status === 'in';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: only links inside are acted on, and they are reached by keyboard
    <div class={isIn ? 'frame' : 'frame bare'} onClick={(event) => follow(event, app)}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      {isIn && <Navigation app={app} onHelp={openHelp} />}
      {!isIn && isShared(route) && <HelpButton onHelp={openHelp} />}
      <main id="main" ref={main} tabIndex={-1} data-page={route.page}>
        <Connection isLost={!app.isReachable.value} />
        <Page app={app} />
      </main>
      {isHelpOpen.value && (
        <Help
          app={app}
          onClose={() => {
            isHelpOpen.value = false;
          }}
        />
      )}
    </div>
  );
}

function follow(event: MouseEvent, app: AppModel): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== window.location.origin || link.target !== '') return;
  // Served by the Worker, not by this page.
  if (/^\/(api|setup)(\/|$)/.test(link.pathname) || link.hasAttribute('download')) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
  // A place on this page, which browsers find themselves.
  const isHere = link.pathname === window.location.pathname && link.search === window.location.search;
  if (isHere && link.hash !== '') return;
  event.preventDefault();
  app.open(link.pathname + link.search + link.hash);
}

/** Whoever reads aloud is told of a new page by the focus, as a browser does after a reload. */
function useFocusOnNewPage(main: { readonly current: HTMLElement | null }, route: object): void {
  const shown = useRef(route);
  useEffect(() => {
    if (shown.current === route) return;
    shown.current = route;
    main.current?.focus({ preventScroll: true });
  }, [main, route]);
}

/** Always there, so that what it says later is read aloud. */
function Connection({ isLost }: { isLost: boolean }) {
  return (
    <div role="status">
      {isLost && (
        <p class="banner">
          The control plane can't be reached. What you see may be out of date; it goes on by itself as soon as
          the connection is back.
        </p>
      )}
    </div>
  );
}
