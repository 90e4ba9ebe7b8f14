import type { SessionSummary } from '../../protocol/http.ts';
import type { SessionList } from '../model/session-list.ts';
import { formatAgo, formatState, formatUsd } from './format.ts';
import { onDemand } from './on-demand.tsx';

const QueueList = onDemand('the queue', async () => (await import('../panel/queue-list.tsx')).QueueList);

export function SessionListPage({ list }: { list: SessionList }) {
  const sessions = list.sessions.value;
  return (
    <>
      <h1>Sessions</h1>
      {list.problem.value !== null && <p role="alert">{list.problem.value}</p>}
      {sessions === null && list.problem.value === null && <p class="quiet">Loading…</p>}
      {sessions !== null && sessions.length === 0 && (
        <section class="card narrow">
          <h2>Nothing has been asked yet</h2>
          <p>
            Mention the App in an issue or a pull request of a repository on which it is installed, and the
            conversation appears here.
          </p>
        </section>
      )}
      <QueueList api={list.api} />
      {sessions !== null && sessions.length > 0 && <SessionRows sessions={sessions} base="/sessions" />}
    </>
  );
}

/** @param base where the page of a session is, without its id */
export function SessionRows({ sessions, base }: { sessions: SessionSummary[]; base: string }) {
  return (
    <ul class="sessions">
      {sessions.map((session) => (
        <Row key={session.id} session={session} base={base} />
      ))}
    </ul>
  );
}

function Row({ session, base }: { session: SessionSummary; base: string }) {
  const tasks = session.taskCount === 1 ? '1 task' : `${session.taskCount} tasks`;
  return (
    <li>
      <a class="row" href={`${base}/${session.id}`}>
        <span class={`badge ${session.status}`}>{formatState(session.status)}</span>
        <span class="title">{session.title}</span>
        <span class="quiet">
          {[session.repository, tasks, formatUsd(session.costUsd)]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
        <time class="quiet" dateTime={new Date(session.updatedAt).toISOString()}>
          {formatAgo(session.updatedAt, Date.now())}
        </time>
      </a>
    </li>
  );
}
