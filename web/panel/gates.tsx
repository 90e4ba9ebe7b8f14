import { type Signal, useSignal } from '@preact/signals';
import type { CutText } from '../../protocol/events.ts';
import type { GateSummary } from '../../protocol/gates.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { GateChoice, SessionModel } from '../model/session-model.ts';
import { gateKey } from '../model/timeline.ts';
import { formatDuration } from '../view/format.ts';
import { RunningGate } from './running-gate.tsx';

type Props = {
  task: TaskView;
  model: Pick<SessionModel, 'decideGates' | 'busy' | 'timeline'>;
  /** What is typed about failed checks; it outlives the panel. */
  note: Signal<string>;
};

const WORDS: Readonly<Record<GateSummary['status'], string>> = {
  passed: 'passed',
  failed: 'failed',
  timed_out: 'took too long',
  broken: 'could not run',
  skipped: 'skipped',
};

/** What must pass before the work leaves the runner, how it stands, and what can be done when it failed. */
export function GatesPanel({ task, model, note }: Props) {
  const { gates, state } = task;
  if (gates === undefined || gates.names.length === 0) return null;
  const bad = gates.results.filter(({ status }) => status !== 'passed' && status !== 'skipped').length;
  const running = state === 'qa_running';
  const outputs = model.timeline.value.gateOutputs;
  return (
    <details class="gates" open={running || state === 'qa_failed'}>
      <summary>
        Checks:{' '}
        {running ? `${gates.results.length} of ${gates.names.length} done` : summaryOf(bad, gates.retries)}
      </summary>
      <ul>
        {gates.results.map((gate) => (
          <Gate key={gate.name} gate={gate} output={outputs.get(gateKey(task.id, gate.name)) ?? null} />
        ))}
        {running &&
          gates.names.slice(gates.results.length).map((name) => (
            <li key={name} class="quiet">
              {name}
            </li>
          ))}
      </ul>
      {running && <RunningGate model={model} />}
      {gates.overriddenBy !== null && <p>{gates.overriddenBy} let the work pass although checks failed.</p>}
      {state === 'qa_failed' && <Choice task={task} model={model} note={note} />}
    </details>
  );
}

function summaryOf(bad: number, retries: number): string {
  const tries =
    retries === 0 ? '' : `, ${retries === 1 ? 'one more try' : `${retries} more tries`} by Claude`;
  return `${bad === 0 ? 'all passed' : `${bad} did not pass`}${tries}`;
}

function Gate({ gate, output }: { gate: GateSummary; output: CutText | null }) {
  const { name, required, status, detail, durationMs, tests } = gate;
  const facts = [
    required ? null : 'advisory',
    tests === null ? null : `${tests.total - tests.failed - tests.skipped} of ${tests.total} tests passed`,
    durationMs < 1_000 ? null : formatDuration(durationMs),
  ].filter((fact) => fact !== null);
  return (
    <li data-status={status}>
      <span class={`badge ${badgeOf(status)}`}>{WORDS[status]}</span> {name}{' '}
      <span class="quiet">{[...facts, detail].filter((fact) => fact !== null).join(' · ')}</span>
      {output !== null && output.text !== '' && <GateOutput name={name} output={output} />}
    </li>
  );
}

function GateOutput({ name, output }: { name: string; output: CutText }) {
  const isOpen = useSignal(false);
  return (
    <details
      class="gate-text"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>Output of {name}</summary>
      {isOpen.value && <pre>{output.text}</pre>}
      {isOpen.value && output.cut && (
        <p class="quiet">Its end; the runner keeps all {output.bytes.toLocaleString()} bytes.</p>
      )}
    </details>
  );
}

function badgeOf(status: GateSummary['status']): string {
  if (status === 'passed') return 'completed';
  return status === 'skipped' ? '' : 'failed';
}

function Choice({ task, model, note }: Props) {
  const id = `gates-note-${task.number}`;
  async function choose(choice: GateChoice): Promise<void> {
    if (await model.decideGates(task.id, choice)) note.value = '';
  }
  const typed = (): string => note.value.trim();
  const busy = model.busy.value;
  return (
    <form class="gates-choice" onSubmit={(event) => event.preventDefault()}>
      <label for={id}>What Claude shall do about it, or why the work may pass</label>
      <textarea
        id={id}
        rows={2}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
        }}
      />
      <button
        type="button"
        disabled={busy}
        onClick={() => choose({ what: 'retry', how: 'claude', note: typed() })}
      >
        Let Claude try again
      </button>{' '}
      <button type="button" disabled={busy} onClick={() => choose({ what: 'retry', how: 'gates', note: '' })}>
        Run the checks again
      </button>{' '}
      <button type="button" disabled={busy} onClick={() => choose({ what: 'override', reason: typed() })}>
        Let it pass (admins)
      </button>
    </form>
  );
}
