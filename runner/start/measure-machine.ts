import { readFileSync, statfsSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import type { RunnerMetrics } from '../../protocol/control-socket.ts';

type CpuTimes = { busyMs: number; totalMs: number };

function readCpuTimes(): CpuTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    totalMs += all;
    busyMs += all - times.idle;
  }
  return { busyMs, totalMs };
}

/** What programs could still get. Linux counts caches as used in `freemem`, which would make every machine look full. */
function availableBytes(): number {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  } catch {
    return freemem();
  }
}

/** Makes a meter; the CPU's share is that since the last measurement. */
export function machineMeter(dataDir: string): () => RunnerMetrics {
  let last = readCpuTimes();
  return () => {
    const now = readCpuTimes();
    const totalMs = now.totalMs - last.totalMs;
    const cpuShare = totalMs <= 0 ? 0 : (now.busyMs - last.busyMs) / totalMs;
    last = now;
    const { bavail, blocks, bsize } = statfsSync(dataDir);
    return {
      cpuShare: Math.min(1, Math.max(0, cpuShare)),
      memoryUsedBytes: Math.max(0, totalmem() - availableBytes()),
      memoryTotalBytes: totalmem(),
      diskFreeBytes: bavail * bsize,
      diskTotalBytes: blocks * bsize,
    };
  };
}
