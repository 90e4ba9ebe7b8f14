import type { Check } from './check.ts';
import { checkFailed, checkOk } from './check.ts';
import { formatBytes } from './check-disk.ts';

/** Claude Code's own process needs about this; with less the kernel ends it, or something else, in the middle. */
const LEAST_MEMORY_BYTES = 250_000_000;

/** Claude with a build or a test run beside it. */
const COMFORTABLE_MEMORY_BYTES = 1_000_000_000;

const REMEDY = 'End programs on that machine, give it more memory, or lower SIGNALBOX_CAPACITY.';

/** @param availableBytes what programs could still get */
export function judgeMemory(availableBytes: number): Check {
  const detail = `${formatBytes(availableBytes)} of memory are free`;
  if (availableBytes < LEAST_MEMORY_BYTES) return checkFailed('memory', 'broken', detail, REMEDY);
  if (availableBytes < COMFORTABLE_MEMORY_BYTES) return checkFailed('memory', 'warning', detail, REMEDY);
  return checkOk('memory', detail);
}
