import { formatMoment } from './format.ts';

/** A time on the reader's clock; `never` where there is none. */
export function Moment({ at, never = 'never' }: { at: number | null; never?: string }) {
  if (at === null) return <>{never}</>;
  return <time dateTime={new Date(at).toISOString()}>{formatMoment(at)}</time>;
}
