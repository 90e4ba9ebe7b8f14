import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '../../doubles/network/fault-proxy.ts';
import { type RunningProcess, startProcess } from '../../local/process/start-process.ts';
import { baseEnvironment, ROOT } from '../../local/stack/parts.ts';
import type { MachineFolder } from './mount-folder.ts';

const START_DEADLINE_MS = 120_000;

/** What a supervisor such as systemd waits before it starts a program again that ended by itself. */
const RESTART_DELAY_MS = 300;

/** A drained runner saves its work and flushes its events within this. */
const STOP_GRACE_MS = 40_000;

export type RunnerHostOptions = {
  name: string;
  /** As the control plane knows it. */
  id: string;
  credential: string;
  label: string;
  capacity: number;
  folder: MachineFolder;
  proxy: FaultProxy;
  logs: string;
  folders: string;
  /** Where Claude is, its login, its home. */
  claudeEnvironment: Record<string, string>;
};

/** A machine with one runner on it, which a supervisor keeps running. */
export class RunnerHost {
  readonly name: string;
  readonly id: string;
  readonly folder: MachineFolder;
  readonly proxy: FaultProxy;
  readonly claudeHome: string;
  /** The machine's clock and its runner are being meddled with; one thing at a time. */
  isBusy = false;
  readonly #options: RunnerHostOptions;
  readonly #clockFile: string;
  #running: RunningProcess<true> | null = null;
  #isWanted = false;
  #notBefore = 0;
  #supervised: Promise<void> = Promise.resolve();

  constructor(options: RunnerHostOptions) {
    this.#options = options;
    this.name = options.name;
    this.id = options.id;
    this.folder = options.folder;
    this.proxy = options.proxy;
    this.claudeHome = options.claudeEnvironment.CLAUDE_CONFIG_DIR ?? '';
    this.#clockFile = join(options.logs, `${options.name}.clock`);
  }

  get pid(): number | null {
    return this.#running?.pid ?? null;
  }

  get isUp(): boolean {
    return this.#running !== null;
  }

  start(): void {
    this.#isWanted = true;
    this.#supervised = this.#supervise();
  }

  /** A signal to the runner alone: what it started is left to its next life, which begins after `downMs`. */
  async signal(signal: 'SIGKILL' | 'SIGTERM', downMs: number): Promise<boolean> {
    const running = this.#running;
    if (running === null) return false;
    this.#notBefore = performance.now() + downMs;
    running.kill(signal, 'leader');
    if (signal === 'SIGTERM') {
      const force = setTimeout(() => running.kill('SIGKILL', 'leader'), STOP_GRACE_MS);
      await running.exited;
      clearTimeout(force);
    } else await running.exited;
    return true;
  }

  /** Ends it, lets `act` happen, and starts it again. */
  async whileDown(act: () => Promise<void>): Promise<void> {
    this.#notBefore = Number.POSITIVE_INFINITY;
    const running = this.#running;
    running?.kill('SIGKILL', 'leader');
    await running?.exited;
    try {
      await act();
    } finally {
      this.#notBefore = 0;
    }
  }

  /** Sets this machine's clock wrong by so much; 0 sets it right. */
  async shiftClock(offsetMs: number): Promise<void> {
    await writeFile(this.#clockFile, String(offsetMs));
    this.#haveClockRead();
  }

  #haveClockRead(): void {
    const pid = this.pid;
    try {
      if (pid !== null) process.kill(pid, 'SIGUSR2');
    } catch {
      // It has just ended; its next life reads the file.
    }
  }

  /** Another process with this runner's identity; in its folder, or in one of its own. Ends by itself or by `stop`. */
  startTwin(dataDir: string, log: string): Promise<RunningProcess<true>> {
    return this.#spawn(dataDir, log);
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#notBefore = 0;
    await this.#running?.stop(STOP_GRACE_MS);
    await this.#supervised;
  }

  async #supervise(): Promise<void> {
    while (this.#isWanted) {
      if (performance.now() < this.#notBefore) {
        await sleep(RESTART_DELAY_MS / 6);
        continue;
      }
      // One that does not come up (a folder that can't be written) is started again, as a supervisor does.
      const running = await this.#spawn(this.folder.path, this.name).catch(() => null);
      if (running !== null && this.#isWanted) {
        this.#running = running;
        // The clock may have been set while it started, after it had read the file and before it could be told.
        this.#haveClockRead();
        await running.exited;
      } else await running?.stop(STOP_GRACE_MS);
      this.#running = null;
      await sleep(RESTART_DELAY_MS);
    }
  }

  #spawn(dataDir: string, log: string): Promise<RunningProcess<true>> {
    const { proxy, credential, capacity, folders, logs, label, claudeEnvironment } = this.#options;
    return startProcess({
      name: log,
      command: process.execPath,
      args: [join(ROOT, 'runner/bin.js'), 'start'],
      env: {
        ...baseEnvironment(),
        ...claudeEnvironment,
        NODE_OPTIONS: `--import=${join(import.meta.dirname, 'clock-preload.mjs')}`,
        CHAOS_CLOCK_FILE: this.#clockFile,
        SIGNALBOX_URL: proxy.url,
        SIGNALBOX_RUNNER_CREDENTIAL: credential,
        SIGNALBOX_DATA_DIR: dataDir,
        SIGNALBOX_CAPACITY: String(capacity),
        SIGNALBOX_LABELS: label,
        SIGNALBOX_FOLDERS: folders,
      },
      ready: (line) => (line.includes('runner.started') ? true : undefined),
      readyStream: 'stderr',
      deadlineMs: START_DEADLINE_MS,
      logFile: join(logs, `${log}.log`),
    });
  }
}
