/** Prometheus' text format; its parser wants the version. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Family = {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  series: readonly Series[];
};

/** Of a histogram `counts` are those of each bucket by itself; there is one more than `bounds`. */
export type Series = { labels: readonly Label[] } & (
  | { value: number }
  | { bounds: readonly number[]; counts: readonly number[]; sum: number }
);
export type Label = readonly [name: string, value: string];

/** Writes families of metrics in Prometheus' text format 0.0.4. Those without a series are announced all the same. */
export function writeExposition(families: readonly Family[]): string {
  return families.map(writeFamily).join('');
}

function writeFamily({ name, type, help, series }: Family): string {
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  for (const one of series) lines.push(...writeSeries(name, one));
  return `${lines.join('\n')}\n`;
}

function writeSeries(name: string, series: Series): string[] {
  const { labels } = series;
  if ('value' in series) return [`${name}${writeLabels(labels)} ${writeNumber(series.value)}`];
  const { bounds, counts, sum } = series;
  let below = 0;
  const lines = [...bounds, Number.POSITIVE_INFINITY].map((bound, i) => {
    below += counts[i] ?? 0;
    return `${name}_bucket${writeLabels([...labels, ['le', writeNumber(bound)]])} ${below}`;
  });
  return [
    ...lines,
    `${name}_sum${writeLabels(labels)} ${writeNumber(sum)}`,
    `${name}_count${writeLabels(labels)} ${below}`,
  ];
}

function writeLabels(labels: readonly Label[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`;
}

function writeNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"');
