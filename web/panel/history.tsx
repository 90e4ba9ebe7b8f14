import type { App as AppModel } from '../model/app.ts';
import { SessionRows } from '../view/session-rows.tsx';

/** All that was done, the last changed first. */
export function HistoryPage({ app }: { app: AppModel }) {
  const { sessions, problem } = app.list;
  return (
    <>
      <h1>History</h1>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {sessions.value === null && problem.value === null && <p class="quiet late">Loading…</p>}
      {sessions.value !== null && <SessionRows sessions={sessions.value} base="/sessions" />}
    </>
  );
}
