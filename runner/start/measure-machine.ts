import { statfsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { RunnerMetrics } from '../../protocol/control-socket.ts';
import { availableMemoryBytes } from '../machine/available-memory.ts';

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
      memoryUsedBytes: Math.max(0, totalmem() - availableMemoryBytes()),
      memoryTotalBytes: totalmem(),
      diskFreeBytes: bavail * bsize,
      diskTotalBytes: blocks * bsize,
    };
  };
}
