import type { Shared } from '../model/shared.ts';
import type { WatchedSession } from '../model/watch-session.ts';
import { Moment } from './moment.tsx';
import { ConnectionNote, SessionTitle, useReading } from './session-page.tsx';
import { SessionRows } from './session-rows.tsx';
import { TaskHeader } from './task-header.tsx';
import { Timeline } from './timeline.tsx';

/** What somebody sees who was given a link: the same as the page, without anything to do. */
export function SharedPage({ shared }: { shared: Shared }) {
  const state = shared.state.value;
  switch (state.status) {
    case 'opening':
      return <p class="quiet">Opening the link…</p>;
    case 'ended':
      return (
        <section class="card narrow">
          <h1>Nothing to see here</h1>
          <p role="alert">{state.message}</p>
        </section>
      );
    case 'open':
      return (
        <>
          <p class="quiet" role="note">
            Shared with you to read, until <Moment at={state.share.expiresAt} />.
          </p>
          {shared.session.value === null ? (
            <SharedList shared={shared} shareId={state.share.id} />
          ) : (
            <SharedSession key={shared.session.value.id} watched={shared.session.value} />
          )}
        </>
      );
  }
}

function SharedList({ shared, shareId }: { shared: Shared; shareId: string }) {
  const sessions = shared.sessions.value;
  return (
    <>
      <h1>Sessions</h1>
      {sessions === null ? (
        <p class="quiet">Loading…</p>
      ) : (
        <SessionRows sessions={sessions} base={`/shared/${shareId}/sessions`} />
      )}
    </>
  );
}

function SharedSession({ watched }: { watched: WatchedSession }) {
  const reading = useReading(watched);
  const timeline = watched.timeline.value;
  return (
    <article class="session">
      <header>
        <SessionTitle session={watched.session.value} />
        <ConnectionNote model={watched} />
        {watched.tasks.value.map((task) => (
          <TaskHeader key={task.id} task={task} timeline={timeline} />
        ))}
      </header>
      <Timeline reading={reading} />
    </article>
  );
}
