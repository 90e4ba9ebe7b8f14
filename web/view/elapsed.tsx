import { useNow } from './use-now.ts';

/** How long ago something began (ms since 1970), counting. */
export function Elapsed({ since }: { since: number }) {
  return <span class="number">{formatElapsed(Math.max(0, useNow(true) - since))}</span>;
}

/** `4:07`, `1:02:09`. */
export function formatElapsed(ms: number): string {
  const all = Math.floor(ms / 1_000);
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const two = (count: number) => String(count).padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(seconds)}` : `${hours}:${two(minutes)}:${two(seconds)}`;
}
