import type { App as AppModel } from '../model/app.ts';
import { onDemand } from './on-demand.tsx';
import { SessionListPage } from './session-list-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

const AttentionPage = onDemand('what needs attention', async () => {
  return (await import('./attention-page.tsx')).AttentionPage;
});
const SessionPage = onDemand('the session', async () => (await import('./session-page.tsx')).SessionPage);
const SchedulesPage = onDemand('the schedules', async () => {
  return (await import('../panel/schedules.tsx')).SchedulesPage;
});
const SharedPage = onDemand('what is shared', async () => (await import('./shared-page.tsx')).SharedPage);

/** The frame of every page. Links inside it change the address without a reload. */
export function App({ app }: { app: AppModel }) {
  function follow(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== window.location.origin || link.target !== '') return;
    // Served by the Worker, not by this page.
    if (link.pathname.startsWith('/api/')) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    app.open(link.pathname);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: only links inside are acted on, and they are reached by keyboard
    <div class="frame" onClick={follow}>
      <header class="top">
        <a href="/" class="brand">
          <span class="lamp" aria-hidden="true" />
          Signalbox
        </a>
        {app.signIn.value.status === 'in' && (
          <nav>
            <SchedulesLink app={app} /> <AttentionLink app={app} />
          </nav>
        )}
      </header>
      <main>
        <Page app={app} />
      </main>
    </div>
  );
}

function SchedulesLink({ app }: { app: AppModel }) {
  const current = app.route.value.page === 'schedules' ? 'page' : undefined;
  return (
    <a href="/schedules" aria-current={current}>
      Schedules
    </a>
  );
}

/** Leads to what is stuck, and says how much that is. */
function AttentionLink({ app }: { app: AppModel }) {
  const count = app.attention.items.value?.length ?? 0;
  const many = app.attention.more.value ? `${count}+` : String(count);
  const current = app.route.value.page === 'attention' ? 'page' : undefined;
  return (
    <a href="/attention" class="to-attention" aria-current={current}>
      Needs attention {count > 0 && <span class="badge failed">{many}</span>}
    </a>
  );
}

function Page({ app }: { app: AppModel }) {
  const { page } = app.route.value;
  if (page === 'share' || page === 'shared') return <SharedPage shared={app.shared} />;
  const signIn = app.signIn.value;
  if (signIn.status === 'unknown') return <p class="quiet">Signing in…</p>;
  if (signIn.status === 'out') {
    const { github } = app.signInMethods;
    return <SignInPage message={signIn.message} github={github.value} returnTo={window.location.pathname} />;
  }
  switch (page) {
    case 'sessions':
      return <SessionListPage list={app.list} />;
    case 'attention':
      return <AttentionPage attention={app.attention} runners={app.runners.runners.value ?? []} />;
    case 'schedules':
      return <SchedulesPage api={app.api} onSignedOut={app.onSignedOut} />;
    case 'session':
      return app.session.value === null ? null : (
        <SessionPage key={app.session.value.id} model={app.session.value} />
      );
    case 'unknown':
      return (
        <p class="quiet">
          There is nothing at this address. <a href="/">See all sessions.</a>
        </p>
      );
  }
}
