import type { InsightFigures, InsightGroup, Insights, Quantiles } from '../../protocol/insights.ts';
import { withFilter } from '../records/filters.ts';
import { TableBox } from '../records/table-box.tsx';
import { formatDuration, formatUsd } from '../view/format.ts';

const HEADINGS: Record<InsightGroup, string> = {
  repository: 'Repository',
  requester: 'Person',
  model: 'Model',
};

/** What a group is narrowed down to when it is opened; groups without a name of their own are not. */
const isOpenable = (group: string): boolean => group !== 'none' && group !== 'unknown';

/** The same figures for each repository, person or model, and for all of them. */
export function GroupsTable({ insights, search }: { insights: Insights; search: string }) {
  const { by, groups, total, more } = insights;
  return (
    <TableBox label="Groups">
      <table class="figures">
        <caption>By {HEADINGS[by].toLowerCase()}</caption>
        <thead>
          <tr>
            <th scope="col">{HEADINGS[by]}</th>
            <th scope="col">Tasks</th>
            <th scope="col">Completed</th>
            <th scope="col">After retries</th>
            <th scope="col">Duration, median / p95</th>
            <th scope="col">Queue, median / p95</th>
            <th scope="col">Cost, median / p95</th>
            <th scope="col">Cost in all</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ group, name, ...figures }) => (
            <tr key={group}>
              <th scope="row">
                {isOpenable(group) ? (
                  <a href={`/insights${withFilter(search, by, group)}`}>{name ?? group}</a>
                ) : (
                  (name ?? group)
                )}
              </th>
              <Cells figures={figures} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{more ? 'All, with those not shown' : 'All'}</th>
            <Cells figures={total} />
          </tr>
        </tfoot>
      </table>
    </TableBox>
  );
}

function Cells({ figures }: { figures: InsightFigures }) {
  const { tasks, outcomes, retries, durationMs, queueMs, taskUsd, costUsd } = figures;
  return (
    <>
      <td>{tasks}</td>
      <td>{share(outcomes.completed, tasks)}</td>
      <td>{retries.tasks === 0 ? '–' : `${retries.completed} of ${retries.tasks}`}</td>
      <td>{pair(durationMs, formatDuration)}</td>
      <td>{pair(queueMs, formatDuration)}</td>
      <td>{pair(taskUsd, formatUsd)}</td>
      <td>{formatUsd(costUsd)}</td>
    </>
  );
}

/** `80 %`; a dash of nothing. */
export const share = (part: number, all: number): string =>
  all === 0 ? '–' : `${Math.round((part / all) * 100)} %`;

/** `3 min 0 s / 15 min 0 s` */
export function pair({ median, p95 }: Quantiles, format: (value: number) => string): string {
  return median === null || p95 === null ? '–' : `${format(median)} / ${format(p95)}`;
}
