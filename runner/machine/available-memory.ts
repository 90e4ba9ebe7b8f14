import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** What programs could still get. Linux counts caches as used in `freemem`, which would make every machine look full. */
export function availableMemoryBytes(): number {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  } catch {
    return freemem();
  }
}
