import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type UsageReport, usageReportSchema } from '../../protocol/usage-report.ts';
import { describeFailure } from '../model/api.ts';
import type { App as AppModel } from '../model/app.ts';
import { formatUsd } from '../view/format.ts';

/** What was used. */
export function InsightsPage({ app: { api } }: { app: AppModel }) {
  const report = useSignal<UsageReport | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    void api.call('GET /api/usage', {}, usageReportSchema).then((result) => {
      if (result.ok) report.value = result.value;
      else problem.value = describeFailure(result.failure);
    });
  }, [api, report, problem]);
  return (
    <>
      <h1>Insights</h1>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <ul class="plain-list">
        {report.value?.rows.map(({ group, costUsd, turns }) => (
          <li key={group}>
            {group}: {formatUsd(costUsd)}, {turns} turns
          </li>
        ))}
      </ul>
    </>
  );
}
