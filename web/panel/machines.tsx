import type { RunnerView } from '../../protocol/fleet-view.ts';
import type { PartView } from '../../protocol/now.ts';
import type { Notices } from '../model/notices.ts';
import type { NowModel } from '../model/now.ts';
import { formatAgo, formatBytes } from '../view/format.ts';

type Props = {
  now: NowModel;
  notices: Notices;
  /** How much is stuck. */
  stuck: number;
  /** Whether the reader has a part in an account, and not in repositories alone. */
  hasPart: boolean;
  isReachable: boolean;
};

/** Beside what goes on: what it runs on and depends on. */
export function Machines({ now, notices, stuck, hasPart, isReachable }: Props) {
  return (
    <aside class="machines" aria-label="Machines and parts">
      {hasPart && <Runners now={now} isReachable={isReachable} />}
      {hasPart && <Parts now={now} isReachable={isReachable} />}
      <p>
        <a href="/attention">Needs attention{stuck > 0 && ` ${stuck}`}</a>
      </p>
      <AskForNotices notices={notices} />
    </aside>
  );
}

type PartProps = Pick<Props, 'now' | 'isReachable'>;

function Runners({ now: { runners }, isReachable }: PartProps) {
  return (
    <section aria-labelledby="runners">
      <h2 id="runners">Runners</h2>
      {runners.problem.value !== null && isReachable && <p role="alert">{runners.problem.value}</p>}
      {runners.value.value?.length === 0 && <NoRunner />}
      <ul class="plain-list">
        {runners.value.value?.map((runner) => (
          <Runner key={runner.id} runner={runner} />
        ))}
      </ul>
    </section>
  );
}

function Parts({ now: { parts }, isReachable }: PartProps) {
  return (
    <section aria-labelledby="parts">
      <h2 id="parts">Parts</h2>
      {parts.problem.value !== null && isReachable && <p role="alert">{parts.problem.value}</p>}
      <ul class="plain-list">
        {parts.value.value?.map((part) => (
          <Part key={part.name} part={part} />
        ))}
      </ul>
    </section>
  );
}

function NoRunner() {
  return (
    <p>
      No runner is registered yet, so tasks wait. <a href="/settings/runners">Add one</a>.
    </p>
  );
}

function Runner({ runner }: { runner: RunnerView }) {
  const { metrics } = runner;
  return (
    <li class="machine">
      <h3>
        {runner.name} <span class={`badge ${runner.status}`}>{runner.status}</span>
      </h3>
      <p class="detail">
        {runner.jobs.length} of {runner.capacity} jobs
        {runner.drainAsked && ', takes no new ones'}
        {runner.version !== null && ` · version ${runner.version}`}
        {runner.status === 'offline' &&
          runner.lastSeenAt !== null &&
          ` · last seen ${formatAgo(runner.lastSeenAt, Date.now())}`}
      </p>
      {metrics !== null && runner.status !== 'offline' && (
        <dl class="gauges">
          <Gauge label="CPU" share={metrics.cpuShare} text={`${Math.round(metrics.cpuShare * 100)} %`} />
          <Gauge
            label="Memory"
            share={metrics.memoryUsedBytes / Math.max(1, metrics.memoryTotalBytes)}
            text={`${formatBytes(metrics.memoryUsedBytes)} of ${formatBytes(metrics.memoryTotalBytes)}`}
          />
          <Gauge
            label="Disk"
            share={1 - metrics.diskFreeBytes / Math.max(1, metrics.diskTotalBytes)}
            text={`${formatBytes(metrics.diskFreeBytes)} free`}
          />
        </dl>
      )}
    </li>
  );
}

/** Above it, a machine is nearly full. */
const FULL_SHARE = 0.9;

function Gauge({ label, share, text }: { label: string; share: number; text: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <meter min={0} max={1} high={FULL_SHARE} optimum={0} value={share} aria-label={`${label} in use`} />
        <span class="number">{text}</span>
      </dd>
    </div>
  );
}

const NAMES: Readonly<Record<PartView['name'], string>> = {
  github: 'GitHub',
  record: 'Record (libSQL)',
  model: 'Model',
};
const KINDS: Readonly<Record<PartView['status'], string>> = {
  ok: 'ok',
  failing: 'failed',
  unknown: '',
  off: '',
};

function Part({ part: { name, status, detail } }: { part: PartView }) {
  return (
    <li class="machine">
      <h3>
        {NAMES[name]} <span class={`badge ${KINDS[status]}`}>{status}</span>
      </h3>
      <p class="detail">{detail}</p>
    </li>
  );
}

function AskForNotices({ notices }: { notices: Notices }) {
  const permission = notices.permission.value;
  if (permission === 'unsupported') return null;
  if (permission === 'denied') {
    return (
      <p class="detail">
        This browser does not let the page notify you. Allow it for this site to change that.
      </p>
    );
  }
  if (permission === 'granted') {
    return (
      <p class="detail">
        You are notified when something waits for you while this page is in the background.
      </p>
    );
  }
  return (
    <p>
      <button type="button" onClick={() => void notices.ask()}>
        Notify me when something waits for me
      </button>
    </p>
  );
}
