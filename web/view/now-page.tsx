import type { NowTask } from '../../protocol/now.ts';
import type { QueuedJobView } from '../../protocol/queue.ts';
import type { App } from '../model/app.ts';
import { AccountChoice } from './account-choice.tsx';
import { AttentionList } from './attention-list.tsx';
import { EndedRow, QueuedRow, RunningRow, WaitingRow } from './now-rows.tsx';
import { onDemand } from './on-demand.tsx';

const Machines = onDemand('the machines', async () => (await import('../panel/machines.tsx')).Machines);

/** What goes on: what waits for a person first, then what runs, what is to come, and what has ended. */
export function NowPage({ app }: { app: App }) {
  const { tasks, queue, account } = app.now;
  // The frame says it once for all when nothing can be reached.
  const isReachable = app.isReachable.value;
  const view = tasks.value.value;
  // Shown together, so that nothing moves when the second answer comes.
  const isRead = view !== null || tasks.problem.value !== null;
  const isReady = isRead && (queue.value.value !== null || queue.problem.value !== null);
  const isShown = (task: NowTask) => account.value === null || task.account === account.value;
  const [open, ended] = [view?.open.filter(isShown) ?? [], view?.ended.filter(isShown) ?? []];
  const waits = queue.value.value?.waiting ?? [];
  const queued = open.filter(({ state, status }) => state === 'pending' && status !== 'waiting');
  const isEmpty = open.length + ended.length + waits.length === 0;
  return (
    <>
      <header class="page-head">
        <h1>Now</h1>
        <AccountChoice app={app} />
        <a class="button main" href="/new">
          New task
        </a>
      </header>
      {tasks.problem.value !== null && isReachable && <p role="alert">{tasks.problem.value}</p>}
      <div class="now">
        <div class="now-tasks">
          {!isReady && tasks.problem.value === null && <p class="quiet late">Loading…</p>}
          {isReady && isEmpty && view !== null && <Nothing app={app} />}
          {isReady && !isEmpty && <Tasks open={open} ended={ended} waits={waits} queued={queued} />}
          <Stuck app={app} />
          {view?.more === true && <p class="quiet">There is more; these are the ones that changed last.</p>}
        </div>
        <Machines
          now={app.now}
          notices={app.notices}
          stuck={app.attention.items.value?.length ?? 0}
          hasPart={app.me.accounts.value.length > 0}
          isReachable={isReachable}
        />
      </div>
    </>
  );
}

type TasksProps = { open: NowTask[]; ended: NowTask[]; waits: QueuedJobView[]; queued: NowTask[] };

function Tasks({ open, ended, waits, queued }: TasksProps) {
  const waiting = open.filter(({ status }) => status === 'waiting');
  const running = open.filter(({ state, status }) => status !== 'waiting' && state !== 'pending');
  const byId = new Map(open.map((task) => [task.id, task]));
  const jobs = new Set(waits.map(({ taskId }) => taskId));
  // Held, or behind other tasks: the queue does not have them yet.
  const behind = queued.filter(({ id }) => !jobs.has(id));
  return (
    <>
      <Group title="Waiting for a person" count={waiting.length} lead>
        {waiting.map((task) => (
          <WaitingRow key={task.id} task={task} />
        ))}
      </Group>
      <Group title="Running" count={running.length} empty="Nothing runs.">
        {running.map((task) => (
          <RunningRow key={task.id} task={task} />
        ))}
      </Group>
      <Group title="Queued" count={waits.length + behind.length}>
        {waits.map((job) => (
          <QueuedRow key={job.taskId} job={job} task={byId.get(job.taskId) ?? null} />
        ))}
        {behind.map((task) => (
          <QueuedRow key={task.id} job={null} task={task} />
        ))}
      </Group>
      <Group title="Just ended" count={ended.length}>
        {ended.map((task) => (
          <EndedRow key={task.id} task={task} />
        ))}
      </Group>
    </>
  );
}

type GroupProps = {
  title: string;
  count: number;
  lead?: boolean;
  empty?: string;
  children: preact.ComponentChildren;
};

function Group({ title, count, lead = false, empty, children }: GroupProps) {
  if (count === 0 && empty === undefined) return null;
  const id = `group-${title.toLowerCase().replaceAll(' ', '-')}`;
  return (
    <section class={lead ? 'group lead' : 'group'} aria-labelledby={id}>
      <h2 id={id}>
        {title} <span class="count">{count}</span>
      </h2>
      {count === 0 ? <p class="quiet">{empty}</p> : <ul class="sessions">{children}</ul>}
    </section>
  );
}

/** What does not go on by itself, with what can be done about it. */
function Stuck({ app: { attention } }: { app: App }) {
  const items = attention.items.value ?? [];
  if (items.length === 0 && attention.said.value === null) return null;
  return (
    <section class="group" aria-labelledby="group-stuck">
      <h2 id="group-stuck">Stuck</h2>
      <AttentionList attention={attention} inSession={false} />
    </section>
  );
}

function Nothing({ app: { me } }: { app: App }) {
  return (
    <section class="card narrow">
      <h2>Nothing has been asked yet</h2>
      <p>
        Mention the App in an issue or a pull request of a repository on which it is installed, or{' '}
        <a href="/new">start a task here</a>. It appears at once.
      </p>
      {me.me.value?.isDeploymentAdmin === true && (
        <p>
          Is there no App yet? <a href="/setup">Set it up</a>.
        </p>
      )}
    </section>
  );
}
