import type { Attached } from '../../protocol/attached.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { SessionModel } from '../model/session-model.ts';
import { AttentionList } from './attention-list.tsx';
import { formatMoment, formatState } from './format.ts';
import { onDemand } from './on-demand.tsx';
import { PromptBox } from './prompt-box.tsx';
import { TaskHeader } from './task-header.tsx';
import { Timeline } from './timeline.tsx';

const QueuePanel = onDemand('the queue', async () => (await import('../panel/queue.tsx')).QueuePanel);
const AutomationPanel = onDemand(
  'what is waited for',
  async () => (await import('../panel/automation.tsx')).AutomationPanel,
);
const GatesPanel = onDemand('the checks', async () => (await import('../panel/gates.tsx')).GatesPanel);
const ApprovalPanel = onDemand('the work', async () => (await import('../panel/approval.tsx')).ApprovalPanel);
const RepositoriesPanel = onDemand(
  'the repositories',
  async () => (await import('../panel/repositories.tsx')).RepositoriesPanel,
);
const QuestionPanel = onDemand(
  'the question',
  async () => (await import('../panel/question.tsx')).QuestionPanel,
);

export function SessionPage({ model }: { model: SessionModel }) {
  const session = model.session.value;
  return (
    <article class="session">
      <header>
        <SessionTitle session={session} />
        <ConnectionNote model={model} />
        {model.tasks.value.map((task) => (
          <TaskHeader key={task.id} task={task}>
            {task.question !== undefined && <QuestionPanel task={task} model={model} />}
            {task.automation !== undefined && <AutomationPanel task={task} model={model} />}
            {(task.queue !== undefined || task.after !== undefined) && (
              <QueuePanel task={task} model={model} />
            )}
            {(task.work !== undefined || task.decision !== undefined) && (
              <ApprovalPanel task={task} model={model} />
            )}
            {task.gates !== undefined && <GatesPanel task={task} model={model} />}
            {task.repositories !== undefined && <RepositoriesPanel repositories={task.repositories} />}
          </TaskHeader>
        ))}
        <Stuck model={model} />
      </header>
      <Timeline model={model} imagesAt={`/api/sessions/${model.id}/attachments`} />
      {session?.attached === undefined ? (
        <PromptBox model={model} />
      ) : (
        <Terminal attached={session.attached} />
      )}
    </article>
  );
}

/** In the place of the prompt: nothing can be said to it from here. */
function Terminal({ attached: { by, host, lastReportAt } }: { attached: Attached }) {
  return (
    <p class="quiet" role="note">
      This is Claude Code in the terminal of {by}
      {host !== null && ` on ${host}`}; it can be watched here and steered there. It last reported on{' '}
      <time dateTime={new Date(lastReportAt).toISOString()}>{formatMoment(lastReportAt)}</time>.
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
    <p class="quiet" role="status">
      {state === 'connecting' ? 'Connecting…' : 'The connection dropped. Reconnecting; nothing is missed.'}
    </p>
  );
}
