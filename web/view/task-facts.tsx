import type { ComponentChildren } from 'preact';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import type { Timeline } from '../model/timeline.ts';
import { type WorkTime, workedUntil } from '../model/work-times.ts';
import { formatElapsed } from './elapsed.tsx';
import { formatUsd } from './format.ts';
import { useNow } from './use-now.ts';

const MINUTE_MS = 60_000;

type Props = { task: TaskView; timeline: Timeline };

/** What a task has used of what it may use, and who does it where. */
export function TaskFacts({ task, timeline }: Props) {
  const { id, requester, options, usage, runnerName, branch, startedAt, endedAt, state } = task;
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheWriteTokens;
  const model = timeline.models.get(id) ?? options.model;
  const isOver = isTerminal(state);
  const worked = timeline.workTimes.get(id) ?? null;
  return (
    <dl class="facts">
      <Fact name="Asked by">{requester.login}</Fact>
      {startedAt !== null && (
        <Fact name="Time">
          <TaskTime
            since={startedAt}
            until={endedAt}
            worked={isOver ? null : worked}
            maxMinutes={options.maxMinutes}
          />
        </Fact>
      )}
      <Fact name="Cost">
        {formatUsd(usage.costUsd)}
        {options.maxUsd !== null && ` of ${formatUsd(options.maxUsd)}`}
        {options.maxUsd !== null && <Share used={usage.costUsd / options.maxUsd} />}
      </Fact>
      {tokens > 0 && (
        <Fact name="Tokens">
          <span title="Without those read from the cache">
            {compact(tokens)}
            {options.maxTokens !== null && ` of ${compact(options.maxTokens)}`}
          </span>
          {options.maxTokens !== null && <Share used={tokens / options.maxTokens} />}
        </Fact>
      )}
      {model !== null && <Fact name="Model">{model}</Fact>}
      {runnerName !== null && <Fact name="Runner">{runnerName}</Fact>}
      {branch !== null && (
        <Fact name="Branch">
          <code>{branch}</code>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}

type TimeProps = { since: number; until: number | null; worked: WorkTime | null; maxMinutes: number };

/** Since it began; while Claude works, what is left of the task's minutes too. */
function TaskTime({ since, until, worked, maxMinutes }: TimeProps) {
  const now = useNow(until === null);
  const leftMs = worked === null ? null : Math.max(0, maxMinutes * MINUTE_MS - workedUntil(worked, now));
  return (
    <>
      {formatElapsed(Math.max(0, (until ?? now) - since))}
      {leftMs !== null && (
        <>
          {` · ${formatLeft(leftMs)} of ${maxMinutes} min left`}
          <Share used={1 - leftMs / (maxMinutes * MINUTE_MS)} />
        </>
      )}
    </>
  );
}

/** Seconds matter at the end only. */
function formatLeft(ms: number): string {
  return ms < MINUTE_MS ? `${Math.ceil(ms / 1_000)} s` : String(Math.floor(ms / MINUTE_MS));
}

/** Near its limit it says so by its colour too; the numbers stand beside it. */
const NEAR_SHARE = 0.8;

function Share({ used }: { used: number }) {
  const share = Math.min(1, Math.max(0, used));
  return (
    <span class={share >= NEAR_SHARE ? 'share near' : 'share'} aria-hidden="true">
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const compact = (count: number): string => COMPACT.format(count);
