import type { PartView } from '../../protocol/now.ts';
import type { ModelTrouble } from '../record/read-model-trouble.ts';
import type { Sample } from './observation.ts';

/** Less than this is soon used up. */
const FEW_REQUESTS = 100;

/** @param samples of the installation; null where the deployment has no App */
export function judgeGitHub(samples: readonly Sample[] | null): PartView {
  const name = 'github';
  if (samples === null) return { name, status: 'off', detail: 'This deployment has no GitHub App.' };
  const gaugeOf = (metric: string): number | null => {
    const found = samples.find((sample) => sample.name === metric);
    return found === undefined || found.type === 'histogram' ? null : found.value;
  };
  const failing = gaugeOf('signalbox_outbox_failing_seconds') ?? 0;
  const left = gaugeOf('signalbox_github_rate_limit_remaining');
  if (failing > 0) {
    const minutes = Math.max(1, Math.round(failing / 60));
    return {
      name,
      status: 'failing',
      detail: `Writes have failed for ${minutes} min; they are tried again.`,
    };
  }
  if (left === null) return { name, status: 'unknown', detail: 'Nothing was asked of it lately.' };
  const status = left < FEW_REQUESTS ? 'failing' : 'ok';
  return { name, status, detail: `${left} requests are left of this hour.` };
}

/** @param tookMs how long it took to answer; null when it did not */
export function judgeRecord(tookMs: number | null): PartView {
  return tookMs === null
    ? {
        name: 'record',
        status: 'failing',
        detail: 'Does not answer. Work goes on; lists and searches do not.',
      }
    : { name: 'record', status: 'ok', detail: `Answered in ${tookMs} ms.` };
}

/** @param trouble null when the record does not tell */
export function judgeModel(trouble: ModelTrouble | null): PartView {
  const name = 'model';
  if (trouble === null) return { name, status: 'unknown', detail: 'The record does not tell.' };
  const { answeredAt, failedAt } = trouble;
  if (failedAt !== null && failedAt > (answeredAt ?? 0)) {
    return { name, status: 'failing', detail: 'The last task that needed it failed at it.' };
  }
  if (answeredAt === null)
    return { name, status: 'unknown', detail: 'Nothing was asked of it in the last hour.' };
  return { name, status: 'ok', detail: 'Answers.' };
}
