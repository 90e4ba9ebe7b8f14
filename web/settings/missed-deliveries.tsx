import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type MissedDeliveries as Missed, missedDeliveriesSchema } from '../../protocol/http.ts';
import { describeFailure } from '../model/api.ts';
import { Moment } from '../view/moment.tsx';
import type { SectionProps } from './settings-context.ts';

/** What GitHub could not deliver, by its own log, and was asked to send again. For whoever runs the deployment. */
export function MissedDeliveries({ context: { api } }: SectionProps) {
  const missed = useSignal<Missed | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    void api.call('GET /api/deliveries/missed', {}, missedDeliveriesSchema).then((result) => {
      if (result.ok) missed.value = result.value;
      else problem.value = describeFailure(result.failure);
    });
  }, [api, missed, problem]);
  return (
    <section class="card" aria-labelledby="missed">
      <h2 id="missed">Deliveries that never arrived</h2>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {missed.value !== null && <LastLook look={missed.value.lastLook} />}
      {missed.value !== null && <AskedAgain asked={missed.value.askedAgain} />}
      <p>
        Whether webhooks arrive at all is seen in the <a href="/setup">set-up of the GitHub App</a>.
      </p>
    </section>
  );
}

function LastLook({ look }: { look: Missed['lastLook'] }) {
  if (look === null) return <p>GitHub’s own log was not searched yet; it is searched every ten minutes.</p>;
  const { at, problem, redelivered } = look;
  if (problem !== null) {
    return (
      <p role="alert">
        GitHub’s own log could not be read (<Moment at={at} />
        ): {problem}
      </p>
    );
  }
  return (
    <p>
      GitHub’s own log was last searched <Moment at={at} />:{' '}
      {redelivered === 0 ? 'nothing was missing.' : `${redelivered} asked for again.`}
    </p>
  );
}

function AskedAgain({ asked }: { asked: Missed['askedAgain'] }) {
  if (asked.length === 0) return null;
  return (
    <details>
      <summary>{asked.length} asked for again in the last three days</summary>
      <ul>
        {asked.map(({ id, times, at }) => (
          <li key={id}>
            <code>{id}</code>, {times === 1 ? 'once' : `${times} times`}, last <Moment at={at} />
          </li>
        ))}
      </ul>
    </details>
  );
}
