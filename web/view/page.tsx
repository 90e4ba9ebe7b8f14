import type { App as AppModel } from '../model/app.ts';
import { NowPage } from './now-page.tsx';
import { onDemand } from './on-demand.tsx';
import { SignInPage } from './sign-in-page.tsx';

const AttentionPage = onDemand('what needs attention', async () => {
  return (await import('./attention-page.tsx')).AttentionPage;
});
const SessionSlot = onDemand('the session', async () => (await import('./session-slot.tsx')).SessionSlot);
const HistoryPage = onDemand('the history', async () => {
  return (await import('../history/history-page.tsx')).HistoryPage;
});
const NewTaskPage = onDemand('the form', async () => (await import('../panel/new-task.tsx')).NewTaskPage);
const InsightsPage = onDemand('the insights', async () => {
  return (await import('../insights/insights-page.tsx')).InsightsPage;
});
const SettingsPage = onDemand('the settings', async () => {
  return (await import('../settings/settings-page.tsx')).SettingsPage;
});
const SharedPage = onDemand('what is shared', async () => (await import('./shared-page.tsx')).SharedPage);

/** What the address names, for those who may see it. */
export function Page({ app }: { app: AppModel }) {
  const route = app.route.value;
  if (route.page === 'share' || route.page === 'shared') {
    const shared = app.shared.value;
    return shared === null ? <p class="quiet late">Loading…</p> : <SharedPage shared={shared} />;
  }
  const signIn = app.signIn.value;
  if (signIn.status === 'unknown') return <p class="quiet">Signing in…</p>;
  if (signIn.status === 'out') {
    const { github } = app.signInMethods;
    const returnTo = window.location.pathname + window.location.search;
    return <SignInPage message={signIn.message} github={github.value} returnTo={returnTo} />;
  }
  switch (route.page) {
    case 'now':
      return <NowPage app={app} />;
    case 'new':
      return <NewTaskPage app={app} />;
    case 'history':
      return <HistoryPage app={app} />;
    case 'insights':
      return <InsightsPage app={app} />;
    case 'settings':
      return <SettingsPage app={app} section={route.section} />;
    case 'attention':
      return <AttentionPage attention={app.attention} runners={app.now.runners.value.value ?? []} />;
    case 'session':
      return <SessionSlot app={app} id={route.sessionId} />;
    case 'unknown':
      return (
        <>
          <h1>There is nothing at this address</h1>
          <p class="quiet">
            <a href="/">See what goes on now.</a>
          </p>
        </>
      );
  }
}
