import type { InsightBar, Insights } from '../../protocol/insights.ts';
import { TERMINAL_STATES } from '../../protocol/task-state.ts';
import { formatState } from '../view/format.ts';

/** Bars side by side, one place a label; several series stand on one another. */
export type ChartSpec = {
  /** What the table calls its first column. */
  along: string;
  labels: readonly string[];
  /** `kind` names its colour. */
  series: readonly { name: string; kind: string; values: readonly number[] }[];
};

export function outcomesChart(days: Insights['days']): ChartSpec {
  return {
    along: 'Day',
    labels: days.map(({ day }) => day),
    series: TERMINAL_STATES.map((state) => ({
      name: formatState(state),
      kind: state,
      values: days.map(({ outcomes }) => outcomes[state]),
    })),
  };
}

export function distributionChart(
  along: string,
  bars: readonly InsightBar[],
  format: (value: number) => string,
): ChartSpec {
  return {
    along,
    labels: bars.map(({ below }, index) => {
      if (below !== null) return `< ${format(below)}`;
      const last = bars[index - 1]?.below ?? 0;
      return `≥ ${format(last ?? 0)}`;
    }),
    series: [{ name: 'Tasks', kind: 'tasks', values: bars.map(({ tasks }) => tasks) }],
  };
}

export function toolsChart(tools: Insights['tools']): ChartSpec {
  return {
    along: 'Tool',
    labels: tools.map(({ tool }) => tool),
    series: [
      { name: 'worked', kind: 'completed', values: tools.map(({ calls, errors }) => calls - errors) },
      { name: 'failed', kind: 'failed', values: tools.map(({ errors }) => errors) },
    ],
  };
}

/** One sentence in the place of the picture. */
export function describeChart(title: string, { labels, series }: ChartSpec): string {
  const sums = series
    .map(({ name, values }) => ({ name, sum: values.reduce((all, one) => all + one, 0) }))
    .filter(({ sum }) => sum > 0)
    .map(({ name, sum }) => `${name} ${sum}`);
  return `${title}: ${labels.length} bars; ${sums.length === 0 ? 'nothing' : sums.join(', ')}. The numbers follow as a table.`;
}
