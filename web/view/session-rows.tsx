import type { SessionSummary } from '../../protocol/http.ts';
import { formatAgo, formatState, formatUsd } from './format.ts';

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
