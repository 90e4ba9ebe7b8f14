import type { RunnerView } from '../../protocol/fleet-view.ts';
import type { Attention } from '../model/attention-model.ts';
import { AttentionList } from './attention-list.tsx';
import { RunnerList } from './runner-list.tsx';

type Props = { attention: Attention; runners?: readonly RunnerView[] };

export function AttentionPage({ attention, runners = [] }: Props) {
  const items = attention.items.value;
  return (
    <>
      <h1>Needs attention</h1>
      {items === null && attention.problem.value === null && <p class="quiet">Loading…</p>}
      {items !== null && items.length === 0 && (
        <section class="card narrow">
          <h2>Nothing is stuck</h2>
          <p>
            Every delivery was worked off, every write got through, and every job has a runner or waits its
            turn. What does not go on by itself appears here.
          </p>
        </section>
      )}
      <AttentionList attention={attention} inSession={false} />
      <RunnerList runners={runners} />
    </>
  );
}
