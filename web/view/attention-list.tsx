import { useSignal } from '@preact/signals';
import type { AttentionItem } from '../../protocol/attention.ts';
import type { Attention } from '../model/attention-model.ts';
import { formatAgo, formatState } from './format.ts';

/** Everything that is stuck, each with what can be done about it. */
export function AttentionList({ attention, inSession }: { attention: Attention; inSession: boolean }) {
  const items = attention.items.value ?? [];
  return (
    <>
      <p role="status" class="quiet said-so">
        {attention.said.value}
      </p>
      {attention.problem.value !== null && <p role="alert">{attention.problem.value}</p>}
      <ul class="stuck">
        {items.map((item) => (
          <Item key={item.id} item={item} attention={attention} inSession={inSession} />
        ))}
      </ul>
      {attention.more.value && <p class="quiet">There is more; these are the oldest.</p>}
    </>
  );
}

type ItemProps = { item: AttentionItem; attention: Attention; inSession: boolean };

function Item({ item, attention, inSession }: ItemProps) {
  const asking = useSignal(false);
  const heading = `stuck-${item.id}`;
  const disabled = attention.busy.value === item.id;
  return (
    <li class="card" aria-labelledby={heading} data-kind={item.kind}>
      <p>
        <span class={`badge ${item.status}`}>{formatState(item.status)}</span>{' '}
        <strong id={heading}>{item.what}</strong>{' '}
        <span class="quiet">
          since <time dateTime={new Date(item.since).toISOString()}>{formatAgo(item.since, Date.now())}</time>
          {item.attempts > 0 && ` · ${item.attempts} ${item.attempts === 1 ? 'attempt' : 'attempts'}`}
        </span>
      </p>
      {item.lastError !== null && <p class="error">{item.lastError}</p>}
      <p>{item.remedy}</p>
      <p class="actions">
        {item.canRetry && (
          <button
            type="button"
            disabled={disabled}
            aria-describedby={heading}
            onClick={() => void attention.retry(item)}
          >
            Try again
          </button>
        )}
        {item.canDismiss && (
          <button
            type="button"
            class="plain"
            disabled={disabled}
            aria-describedby={heading}
            aria-expanded={asking.value}
            onClick={() => {
              asking.value = !asking.value;
            }}
          >
            Give up…
          </button>
        )}
        {!inSession && item.sessionId !== null && <a href={`/sessions/${item.sessionId}`}>Session</a>}
      </p>
      {asking.value && item.canDismiss && <GiveUp item={item} attention={attention} />}
    </li>
  );
}

/** Asks why before something is given up: the reason is kept in the log. */
function GiveUp({ item, attention }: { item: AttentionItem; attention: Attention }) {
  const reason = useSignal('');
  const field = `reason-${item.id}`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const text = reason.value.trim();
        if (text !== '') void attention.dismiss(item, text);
      }}
    >
      <label for={field}>Why is it not needed any more?</label>
      <input
        id={field}
        value={reason.value}
        maxLength={500}
        onInput={(event) => {
          reason.value = event.currentTarget.value;
        }}
      />{' '}
      <button type="submit" class="danger" disabled={reason.value.trim() === ''}>
        Give it up
      </button>
    </form>
  );
}
