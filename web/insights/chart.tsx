import { useEffect, useId, useRef } from 'preact/hooks';
import { TableBox } from '../records/table-box.tsx';
import { type ChartSpec, describeChart } from './chart-spec.ts';

type Props = {
  title: string;
  /** What stands beside the title: the median, say. */
  note?: string;
  spec: ChartSpec;
};

/** A picture of numbers, and the numbers as a table. */
export function ChartFigure({ title, note, spec }: Props) {
  const figure = useRef<HTMLElement>(null);
  const heading = useId();
  useDrawing(figure, spec);
  return (
    <figure class="chart" ref={figure} aria-labelledby={heading}>
      <figcaption>
        <h2 id={heading}>{title}</h2>
        {note !== undefined && <span class="quiet">{note}</span>}
      </figcaption>
      <ul class={spec.series.length > 1 ? 'legend' : 'legend aloud'}>
        {spec.series.map(({ name, kind }) => (
          <li key={name}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {name}
          </li>
        ))}
      </ul>
      <div class="chart-box">
        <canvas role="img" aria-label={describeChart(title, spec)} />
      </div>
      <details>
        <summary>Numbers</summary>
        <NumbersTable title={title} spec={spec} />
      </details>
    </figure>
  );
}

function NumbersTable({ title, spec: { along, labels, series } }: Props) {
  return (
    <TableBox label={title}>
      <table class="figures">
        <caption class="aloud">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{along}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{values[index]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

/** The picture is drawn anew for other numbers and in other colours; where nothing can be drawn, the table is there. */
function useDrawing(figure: { readonly current: HTMLElement | null }, spec: ChartSpec): void {
  useEffect(() => {
    const root = figure.current;
    const canvas = root?.querySelector('canvas') ?? null;
    if (root === null || canvas?.getContext('2d') == null) return;
    let takeAway = () => {};
    let ended = false;
    const draw = async () => {
      const { drawChart } = await import('./draw-chart.ts');
      if (ended) return;
      takeAway();
      takeAway = drawChart(canvas, spec, coloursOf(root));
    };
    void draw();
    const stop = onOtherColours(() => void draw());
    return () => {
      ended = true;
      stop();
      takeAway();
    };
  }, [figure, spec]);
}

/** As the style sheet has them now: a canvas knows no variables. */
function coloursOf(figure: HTMLElement) {
  const swatches = [...figure.querySelectorAll('.swatch')];
  const { color, borderColor } = getComputedStyle(figure);
  return {
    series: swatches.map((swatch) => getComputedStyle(swatch).backgroundColor),
    text: color,
    line: borderColor,
  };
}

/** @returns stops it */
function onOtherColours(tell: () => void): () => void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(tell);
  dark.addEventListener('change', tell);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    dark.removeEventListener('change', tell);
    chosen.disconnect();
  };
}
