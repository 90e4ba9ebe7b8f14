import { join } from 'node:path';
import { z } from 'zod';
import { type RunningProcess, startProcess } from '../../local/process/start-process.ts';
import { baseEnvironment } from '../../local/stack/parts.ts';

/** About two seconds on an idle machine. */
const START_DEADLINE_MS = 120_000;

/** An object that is busy is evicted when it is not; one that never is, is left alone. */
const EVICT_DEADLINE_MS = 10_000;

const readySchema = z.object({ url: z.string(), ordersPort: z.int() });
type Ready = z.infer<typeof readySchema>;

export type EvictableClass =
  | 'SessionObject'
  | 'FleetObject'
  | 'InstallationObject'
  | 'AccountObject'
  | 'RecorderObject';

export type WorkerHost = {
  /** It is up and nobody is about to end it. */
  isUp(): boolean;
  /** SIGKILL to workerd and all around it, then a start after `downMs` on the same port with the same data. */
  crash(downMs: number): Promise<void>;
  /** @returns whether the object was evicted. */
  evict(className: EvictableClass, name: string, sockets: 'close' | 'hibernate'): Promise<boolean>;
  stop(): Promise<void>;
};

export type WorkerHostOptions = {
  dataDir: string;
  port: number;
  vars: Record<string, string>;
};

export async function startWorkerHost({ dataDir, port, vars }: WorkerHostOptions): Promise<WorkerHost> {
  const start = (): Promise<RunningProcess<Ready>> =>
    startProcess({
      name: 'Worker',
      command: process.execPath,
      args: [join(import.meta.dirname, 'worker-process.ts')],
      env: baseEnvironment(),
      stdin: `${JSON.stringify({ port, dataDir: join(dataDir, 'worker'), vars })}
`,
      ready: (line) => (line.startsWith('{') ? readySchema.safeParse(JSON.parse(line)).data : undefined),
      deadlineMs: START_DEADLINE_MS,
      logFile: join(dataDir, 'logs', 'worker.log'),
    });
  let running = await start();
  let isUp = true;
  return {
    isUp: () => isUp,
    async crash(downMs) {
      if (!isUp) return;
      isUp = false;
      running.kill('SIGKILL');
      await running.exited;
      await new Promise((resolve) => setTimeout(resolve, downMs));
      running = await start();
      isUp = true;
    },
    async evict(className, name, sockets) {
      if (!isUp) return false;
      const query = new URLSearchParams({ class: className, name, sockets });
      const address = `http://127.0.0.1:${running.ready.ordersPort}/evict?${query}`;
      const answer = await fetch(address, { signal: AbortSignal.timeout(EVICT_DEADLINE_MS) }).catch(
        () => null,
      );
      return answer?.ok ?? false;
    },
    stop: () => running.stop().then(() => {}),
  };
}
