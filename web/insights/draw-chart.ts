import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js';
import type { ChartSpec } from './chart-spec.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

export type Colours = {
  /** Of the series, in their order. */
  series: readonly string[];
  text: string;
  line: string;
};

/** Draws bars; the caller's legend names their colours. @returns takes it away */
export function drawChart(canvas: HTMLCanvasElement, spec: ChartSpec, colours: Colours): () => void {
  const isStacked = spec.series.length > 1;
  const chart = new Chart(canvas, {
    type: 'bar',
    data: {
      labels: [...spec.labels],
      datasets: spec.series.map(({ name, values }, index) => ({
        label: name,
        data: [...values],
        backgroundColor: colours.series[index],
        maxBarThickness: 48,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { stacked: isStacked, grid: { display: false }, ticks: { color: colours.text, maxRotation: 45 } },
        y: {
          stacked: isStacked,
          beginAtZero: true,
          grid: { color: colours.line },
          border: { display: false },
          ticks: { color: colours.text, precision: 0 },
        },
      },
    },
  });
  return () => chart.destroy();
}
