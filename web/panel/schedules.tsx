import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ScheduleRun, ScheduleView } from '../../protocol/schedules.ts';
import type { Api } from '../model/api.ts';
import type { AccountQuery } from '../model/me.ts';
import { createSchedules, type Schedules } from '../model/schedules.ts';
import { formatState } from '../view/format.ts';
import { Moment } from '../view/moment.tsx';
import { ScheduleForm } from './schedule-form.tsx';

type PageProps = {
  api: Api;
  onSignedOut: () => void;
  query: AccountQuery;
  /** Whoever may not sees them, and no more. */
  mayWrite: boolean;
};

/** The schedules of an account: what they do, when, how it went, and what can be done with them. */
export function SchedulesPage({ api, onSignedOut, query, mayWrite }: PageProps) {
  const model = useMemo(() => createSchedules({ api, onSignedOut, query }), [api, onSignedOut, query]);
  useEffect(() => {
    model.start();
    return model.stop;
  }, [model]);
  return <ScheduleList model={model} mayWrite={mayWrite} />;
}

export function ScheduleList({ model, mayWrite }: { model: Schedules; mayWrite: boolean }) {
  const items = model.items.value;
  return (
    <>
      <h1>Schedules</h1>
      <p role="status" class="quiet said-so">
        {model.said.value}
      </p>
      {model.problem.value !== null && <p role="alert">{model.problem.value}</p>}
      {items === null && model.problem.value === null && <p class="quiet">Loading…</p>}
      {items !== null && items.length === 0 && (
        <p class="quiet">
          Nothing is planned yet. A repository may name schedules in .github/signalbox.yml, and you can make
          one here.
        </p>
      )}
      <ul class="stuck">
        {items?.map((item) => (
          <Item key={item.id} item={item} model={model} mayWrite={mayWrite} />
        ))}
      </ul>
      {mayWrite && <ScheduleForm model={model} />}
    </>
  );
}

type ItemProps = { item: ScheduleView; model: Schedules; mayWrite: boolean };

function Item({ item, model, mayWrite }: ItemProps) {
  const heading = `schedule-${item.id}`;
  const [next] = item.nextRuns;
  const runs = model.runs.value?.of === item.id ? model.runs.value.items : null;
  return (
    <li class="card" aria-labelledby={heading}>
      <p>
        <span class={`badge ${item.paused === null ? 'completed' : 'failed'}`}>{statusOf(item)}</span>{' '}
        <strong id={heading}>{item.name}</strong>{' '}
        <span class="quiet">
          <code>{item.cron}</code> {item.timeZone}
          {item.file !== null && ` · from .github/signalbox.yml of ${item.file.repository}`}
        </span>
      </p>
      {item.paused !== null && <p role="note">{item.paused.reason}</p>}
      <p class="quiet">
        {next !== undefined && (
          <>
            Next <Moment at={next} />.{' '}
          </>
        )}
        {item.lastRun !== null && (
          <>
            Last: <Run run={item.lastRun} />
          </>
        )}
      </p>
      <Actions item={item} model={model} mayWrite={mayWrite} heading={heading} isOpen={runs !== null} />
      {runs !== null && (
        <ol class="runs">
          {runs.map((run) => (
            <li key={run.id}>
              <Run run={run} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function Actions({
  item,
  model,
  mayWrite,
  heading,
  isOpen,
}: ItemProps & { heading: string; isOpen: boolean }) {
  const asking = useSignal(false);
  const isOurs = mayWrite && item.file === null;
  const button = (label: string, act: () => void, kind = '') => (
    <button type="button" class={kind} disabled={model.busy.value} aria-describedby={heading} onClick={act}>
      {label}
    </button>
  );
  return (
    <p class="actions">
      {mayWrite && item.paused !== null && button('Resume', () => void model.resume(item))}
      {mayWrite && button('Run now', () => void model.run(item))}
      <button
        type="button"
        class="plain"
        aria-expanded={isOpen}
        aria-describedby={heading}
        onClick={() => void model.showRuns(isOpen ? null : item)}
      >
        Runs
      </button>
      {isOurs &&
        button(
          item.enabled ? 'Switch off' : 'Switch on',
          () => void model.setEnabled(item, !item.enabled),
          'plain',
        )}
      {isOurs &&
        !asking.value &&
        button(
          'Delete…',
          () => {
            asking.value = true;
          },
          'plain',
        )}
      {asking.value && button('Delete it for good', () => void model.remove(item), 'danger')}
    </p>
  );
}

function Run({ run }: { run: ScheduleRun }) {
  const how = run.taskState ?? run.status;
  return (
    <>
      <Moment at={run.dueAt} />{' '}
      {run.taskId === null ? formatState(how) : <a href={`/sessions/${run.id}`}>{formatState(how)}</a>}
      {run.by !== null && ` for ${run.by}`}
      {run.reason !== null && `: ${run.reason}`}
    </>
  );
}

function statusOf({ paused, enabled }: ScheduleView): string {
  if (paused !== null) return 'paused';
  return enabled ? 'on' : 'off';
}
