import path from 'node:path';
import { z } from 'zod';
import type { ExitReport } from '../process/exit-report.ts';
import type { ProcessOptions, RunningProcess } from '../process/start-process.ts';
import { startProcess } from '../process/start-process.ts';
import type { WorkerSettings } from './worker-settings.ts';

/** Ready takes about a second on an idle machine. */
const START_DEADLINE_MS = 60_000;

const readySchema = z.object({ url: z.string(), controlUrl: z.string(), pid: z.number() });

export type WorkerReady = z.infer<typeof readySchema>;

export interface StartWorkerOptions extends WorkerSettings {
  /** Called with each line that the Worker and workerd log. */
  onLog?: (line: string) => void;
  logFile?: string;
}

export interface RunningWorker {
  url: string;
  controlUrl: string;
  /** The leader of the process group; it changes with each start. */
  pid(): number;
  output(): string[];
  /** Calls the `scheduled` handler and waits for it; throws when it fails. */
  runScheduled(cron: string): Promise<void>;
  stop(): Promise<ExitReport>;
  /** SIGKILL to workerd and everything around it at once, as when the machine loses power. */
  kill(): Promise<ExitReport>;
  /** Starts it again after `stop` or `kill`, on the same port with the same data. */
  restart(): Promise<void>;
}

/** Runs the built Worker under workerd in a process group of its own. Throws `ProcessStartError`. */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorker> {
  const { onLog, logFile, ...settings } = options;
  let running = await startWorkerProcess(settings, { onLog, logFile });
  const { url, controlUrl } = running.ready;
  const port = Number(new URL(url).port);
  const worker: RunningWorker = {
    url,
    controlUrl,
    pid: () => running.pid,
    output: () => running.output(),
    runScheduled: (cron) => runScheduled(worker.controlUrl, cron),
    stop: () => running.stop(),
    kill: () => {
      running.kill();
      return running.exited;
    },
    restart: async () => {
      await running.stop();
      running = await startWorkerProcess({ ...settings, port }, { onLog, logFile });
      worker.controlUrl = running.ready.controlUrl;
    },
  };
  return worker;
}

function startWorkerProcess(
  settings: WorkerSettings,
  { onLog, logFile }: Pick<StartWorkerOptions, 'onLog' | 'logFile'>,
): Promise<RunningProcess<WorkerReady>> {
  const { PATH, HOME, TMPDIR } = process.env;
  const options: ProcessOptions<WorkerReady> = {
    name: 'the Worker',
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'main.ts')],
    env: { PATH, HOME, TMPDIR },
    stdin: `${JSON.stringify(settings)}\n`,
    ready: readReadyLine,
    deadlineMs: START_DEADLINE_MS,
    onLine: (line, stream) => stream === 'stderr' && onLog?.(line),
    logFile,
  };
  return startProcess(options);
}

function readReadyLine(line: string): WorkerReady | undefined {
  if (!line.startsWith('{')) return undefined;
  return readySchema.safeParse(JSON.parse(line)).data;
}

async function runScheduled(controlUrl: string, cron: string): Promise<void> {
  const url = new URL('/cdn-cgi/local/scheduled', controlUrl);
  url.searchParams.set('cron', cron);
  const response = await fetch(url, { signal: AbortSignal.timeout(START_DEADLINE_MS) });
  const outcome = await response.text();
  if (!response.ok || outcome !== 'ok')
    throw new Error(`The scheduled handler for "${cron}" ended with: ${outcome}`);
}
