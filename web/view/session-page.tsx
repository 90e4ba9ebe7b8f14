import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Attached } from '../../protocol/attached.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { createReading, type Reading } from '../model/reading.ts';
import type { SessionModel } from '../model/session-model.ts';
import type { WatchedSession } from '../model/watch-session.ts';
import { AfterFailure } from './after-failure.tsx';
import { AttentionList } from './attention-list.tsx';
import { formatState } from './format.ts';
import { Moment } from './moment.tsx';
import { onDemand } from './on-demand.tsx';
import { PromptBox } from './prompt-box.tsx';
import { rowText } from './row-text.ts';
import { useNotes, useReviews, WorkSide } from './session-side.tsx';
import { SessionTabs, type TabName, tabsOf } from './session-tabs.tsx';
import { TaskHeader } from './task-header.tsx';
import { Timeline } from './timeline.tsx';
import { CurrentTodos } from './todo-list.tsx';
import { useIsWide } from './use-is-wide.ts';

const QueuePanel = onDemand('the queue', async () => (await import('../panel/queue.tsx')).QueuePanel);
const AutomationPanel = onDemand(
  'what is waited for',
  async () => (await import('../panel/automation.tsx')).AutomationPanel,
);
const RepositoriesPanel = onDemand(
  'the repositories',
  async () => (await import('../panel/repositories.tsx')).RepositoriesPanel,
);
const QuestionPanel = onDemand(
  'the question',
  async () => (await import('../panel/question.tsx')).QuestionPanel,
);

/** One session: what is said and done, and beside it the work that came of it. */
export function SessionPage({ model }: { model: SessionModel }) {
  const session = model.session.value;
  const tasks = model.tasks.value;
  const reading = useReading(model);
  const reviews = useReviews(model);
  const noteOn = useNotes();
  const isWide = useIsWide();
  const tab = useSignal<TabName>('conversation');
  const chosen = useSignal<string | null>(null);
  const withWork = tasks.filter((task) => tabsOf(task).length > 0);
  const task = withWork.find(({ id }) => id === chosen.value) ?? withWork.at(-1) ?? null;
  const shown: TabName =
    task !== null && tabsOf(task).some(({ name }) => name === tab.value) ? tab.value : 'conversation';
  const side = task !== null && (
    <WorkSide
      task={task}
      tasks={withWork}
      only={isWide ? null : shown}
      model={model}
      review={reviews(task)}
      noteOn={noteOn}
      onTask={(id) => (chosen.value = id)}
    />
  );
  return (
    <article class={task === null ? 'session' : 'session with-work'}>
      <header>
        <SessionTitle session={session} />
        <ConnectionNote model={model} />
        <Tasks tasks={tasks} model={model} />
        <Stuck model={model} />
      </header>
      {!isWide && task !== null && (
        <SessionTabs task={task} shown={shown} onShow={(name) => (tab.value = name)} />
      )}
      <div class="conversation">
        {(isWide || shown === 'conversation') && (
          <div {...panelOf(!isWide && task !== null, 'conversation')}>
            <Timeline reading={reading} imagesAt={`/api/sessions/${model.id}/attachments`} />
          </div>
        )}
        {!isWide && shown !== 'conversation' && <div {...panelOf(true, shown)}>{side}</div>}
        {session?.attached === undefined ? (
          <PromptBox model={model} />
        ) : (
          <Terminal attached={session.attached} />
        )}
      </div>
      {isWide && side}
    </article>
  );
}

/** What ties a panel to its tab, where there are tabs. */
function panelOf(isTabbed: boolean, name: TabName) {
  return isTabbed ? { role: 'tabpanel' as const, id: `panel-${name}`, 'aria-labelledby': `tab-${name}` } : {};
}

/** How somebody reads a session begins anew with each session. */
export function useReading(watched: Pick<WatchedSession, 'timeline'>): Reading {
  const [reading] = useState(() => createReading(watched.timeline, rowText));
  useEffect(() => reading.close, [reading]);
  return reading;
}

/** Those that go on, and the latest; what ended before that is folded. */
function Tasks({ tasks, model }: { tasks: readonly TaskView[]; model: SessionModel }) {
  const latest = tasks.at(-1);
  const past = tasks.filter((task) => task !== latest && isTerminal(task.state));
  const timeline = model.timeline.value;
  return (
    <>
      {past.length > 0 && (
        <details class="past-tasks">
          <summary>{past.length === 1 ? '1 earlier task' : `${past.length} earlier tasks`}</summary>
          {past.map((task) => (
            <TaskHeader key={task.id} task={task} timeline={timeline} />
          ))}
        </details>
      )}
      {tasks
        .filter((task) => !past.includes(task))
        .map((task) => (
          <TaskHeader key={task.id} task={task} timeline={timeline}>
            {timeline.todos?.taskId === task.id && <CurrentTodos list={timeline.todos} />}
            {task.state === 'failed' && <AfterFailure task={task} model={model} />}
            {task.question !== undefined && <QuestionPanel task={task} model={model} />}
            {task.automation !== undefined && <AutomationPanel task={task} model={model} />}
            {(task.queue !== undefined || task.after !== undefined) && (
              <QueuePanel task={task} model={model} />
            )}
            {task.repositories !== undefined && <RepositoriesPanel repositories={task.repositories} />}
          </TaskHeader>
        ))}
    </>
  );
}

/** In the place of the prompt: nothing can be said to it from here. */
function Terminal({ attached: { by, host, lastReportAt } }: { attached: Attached }) {
  return (
    <p class="quiet" role="note">
      This is Claude Code in the terminal of {by}
      {host !== null && ` on ${host}`}; it can be watched here and steered there. It last reported on{' '}
      <Moment at={lastReportAt} />.
    </p>
  );
}

/** What it is called, how it is, and where it takes place. */
export function SessionTitle({ session }: { session: SessionView | null }) {
  return (
    <>
      <h1>{session?.title ?? 'Session'}</h1>
      {session !== null && (
        <p class="quiet">
          <span class={`badge ${session.status}`}>{formatState(session.status)}</span>{' '}
          {session.url !== null && (
            <a href={session.url} target="_blank" rel="noreferrer">
              Conversation
            </a>
          )}{' '}
          {session.branch !== null && <code>{session.branch}</code>}
        </p>
      )}
    </>
  );
}

/** What of this session does not go on by itself. */
function Stuck({ model }: { model: SessionModel }) {
  const { items, said } = model.attention;
  if ((items.value ?? []).length === 0 && said.value === null) return null;
  return (
    <section aria-label="Needs attention">
      <AttentionList attention={model.attention} inSession />
    </section>
  );
}

export function ConnectionNote({ model }: { model: Pick<SessionModel, 'connection'> }) {
  const state = model.connection.value;
  if (state === 'live' || state === 'closed') return null;
  return (
    <p class="connection quiet" role="status">
      {state === 'connecting' ? 'Connecting…' : 'The connection dropped. Reconnecting; nothing is missed.'}
    </p>
  );
}
