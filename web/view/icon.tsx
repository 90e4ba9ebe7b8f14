/** Drawn on a grid of 20 by 20, with lines only, so that they take the colour of the text. */
const PATHS = {
  now: 'M3 10h3l2-5 4 10 2-5h3',
  history: 'M4 6.5A7 7 0 1 1 3 10M3 4v3.5h3.5M10 6v4l3 2',
  new: 'M10 4v12M4 10h12',
  insights: 'M4 17V10M10 17V3M16 17v-5',
  stuck: 'M10 3 18 17H2ZM10 8v4M10 14.5v.1',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words; readers aloud pass over it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
