import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type QueuedJobView, type QueueView, queueViewSchema } from '../../protocol/queue.ts';
import type { Api } from '../model/api.ts';
import { LikelyStart } from './queue.tsx';

/** A queue moves when tasks end, which takes minutes. */
const READ_AGAIN_MS = 10_000;

const SHOWN = 20;

/** What waits for a runner, in its order, and when it is likely to start. Nothing while nothing waits. */
export function QueueList({ api }: { api: Api }) {
  const queue = useSignal<QueueView | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    async function read(): Promise<void> {
      const input = { query: { limit: SHOWN } };
      const result = document.hidden ? null : await api.call('GET /api/queue', input, queueViewSchema);
      if (isOver) return;
      if (result?.ok === true) queue.value = result.value;
      timer = setTimeout(() => void read(), READ_AGAIN_MS);
    }
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api, queue]);
  const view = queue.value;
  if (view === null || view.total === 0) return null;
  return (
    <section class="card" aria-label="Queue">
      <h2>
        {view.total} {view.total === 1 ? 'task waits' : 'tasks wait'} for a runner, {view.working.length} at
        work
      </h2>
      <ol>
        {view.waiting.map((job) => (
          <Waiting key={job.taskId} job={job} />
        ))}
      </ol>
      {view.total > view.waiting.length && <p class="quiet">and {view.total - view.waiting.length} more</p>}
    </section>
  );
}

function Waiting({ job }: { job: QueuedJobView }) {
  const raised = job.countsAs === job.priority ? '' : `, counts as ${job.countsAs} by now`;
  return (
    <li>
      <a href={`/sessions/${job.sessionId}`}>{job.sessionId.slice(0, 8)}</a> {job.requester}{' '}
      <span class="quiet">
        {job.priority}
        {raised} · {job.reason}
      </span>
      {job.estimate !== null && <LikelyStart estimate={job.estimate} />}
    </li>
  );
}
