import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const SECOND_MS = 1_000;

/** One clock for all that count up. */
const now = signal(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function watch(): () => void {
  watchers += 1;
  if (watchers === 1) {
    now.value = Date.now();
    timer = setInterval(() => {
      if (!document.hidden) now.value = Date.now();
    }, SECOND_MS);
  }
  return () => {
    watchers -= 1;
    if (watchers === 0) clearInterval(timer);
  };
}

/** How long ago something began (ms since 1970), counting. */
export function Elapsed({ since }: { since: number }) {
  useEffect(watch, []);
  return <span class="number">{formatElapsed(Math.max(0, now.value - since))}</span>;
}

/** `4:07`, `1:02:09`. */
export function formatElapsed(ms: number): string {
  const all = Math.floor(ms / SECOND_MS);
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const two = (count: number) => String(count).padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(seconds)}` : `${hours}:${two(minutes)}:${two(seconds)}`;
}
