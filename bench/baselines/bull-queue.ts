import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const NAME = 'bench';

/** Jobs come within milliseconds. */
const JOB_DEADLINE_MS = 30_000;

export type BullQueue = {
  /** One idle worker that takes a job at a time. */
  startTaker(): Promise<void>;
  /** Adds a job; ms until its worker's function is called. Needs the taker. */
  addAndArrive(id: string): Promise<number>;
  addAll(ids: readonly string[]): Promise<void>;
  /**
   * Lets so many workers begin at one moment and waits until they have called their functions for `count` jobs.
   * `hold`: no job ends before all of them have begun. Returns when each began, in ms from the first moment.
   */
  dispatch(plan: { workers: number; capacity: number; count: number; hold: boolean }): Promise<number[]>;
  close(): Promise<void>;
};

/** A BullMQ queue with its workers in this process, each with its own connections, as its guide has it. */
export async function openBullQueue(port: number): Promise<BullQueue> {
  const connection = () => {
    const redis = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
    opened.push(redis);
    return redis;
  };
  const opened: Redis[] = [];
  const workers: Worker[] = [];
  const queue = new Queue(NAME, { connection: connection(), defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  const arrivals = new Map<string, (atMs: number) => void>();
  const startWorker = async (concurrency: number, work: (id: string) => Promise<void>) => {
    const worker = new Worker(NAME, async (job) => work(job.name), {
      connection: connection(),
      concurrency,
      autorun: false,
    });
    // A worker that is told to close in the middle of a wait says so here.
    worker.on('error', () => {});
    workers.push(worker);
    await worker.waitUntilReady();
    return worker;
  };
  return {
    async startTaker() {
      const worker = await startWorker(1, async (id) => arrivals.get(id)?.(performance.now()));
      void worker.run();
    },
    async addAndArrive(id) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      arrivals.set(id, resolve);
      const late = setTimeout(() => reject(new Error(`BullMQ did not run ${id}.`)), JOB_DEADLINE_MS);
      const startedAtMs = performance.now();
      await queue.add(id, { prompt: 'Do it.' });
      const atMs = await promise;
      clearTimeout(late);
      arrivals.delete(id);
      return atMs - startedAtMs;
    },
    async addAll(ids) {
      await queue.addBulk(ids.map((name) => ({ name, data: { prompt: 'Do it.' } })));
    },
    async dispatch({ workers: workerCount, capacity, count, hold }) {
      const begun: number[] = [];
      const all = Promise.withResolvers<void>();
      const work = async () => {
        begun.push(performance.now());
        if (begun.length === count) all.resolve();
        if (hold) await all.promise;
      };
      const group = await Promise.all(Array.from({ length: workerCount }, () => startWorker(capacity, work)));
      const startedAtMs = performance.now();
      for (const worker of group) void worker.run();
      await all.promise;
      await Promise.all(group.map((worker) => worker.close()));
      return begun.map((atMs) => atMs - startedAtMs);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
      for (const redis of opened) redis.disconnect();
    },
  };
}
