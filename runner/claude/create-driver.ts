import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { askModel, type ModelAnswer, type ModelQuestion } from './ask-model.ts';
import { claudeEnvironment } from './claude-environment.ts';
import { ClaudeProcess } from './claude-process.ts';
import { Conversation } from './conversation.ts';
import type { ClaudeConversation, ClaudeDriver, ClaudeSpec } from './driver.ts';
import { findExecutable } from './find-executable.ts';
import { claudeConfigDir, findTranscript } from './find-transcript.ts';
import type { IdleLimits } from './idle-pool.ts';
import { DEFAULT_IDLE_LIMITS, IdlePool } from './idle-pool.ts';
import { resolveRealPath } from './resolve-real-path.ts';
import type { RetryPolicy } from './retry-plan.ts';
import { DEFAULT_RETRY_POLICY } from './retry-plan.ts';
import { StartQueue } from './start-queue.ts';
import type { ToolDecision, ToolRequest } from './tool-policy.ts';
import { decideTool, writtenPath } from './tool-policy.ts';
import type { SilenceLimits } from './watch-silence.ts';
import { DEFAULT_SILENCE_LIMITS } from './watch-silence.ts';

export type DriverConfig = {
  /** The runner's own environment; Claude gets what the allow-list lets through. */
  env: Readonly<Record<string, string | undefined>>;
  /** The runner's data folder, which marks its processes. */
  dataDir: string;
  /** Default: `CLAUDE_CODE_PATH` of `env`, else the CLI that came with the SDK. */
  executable?: string | null;
  /** More environment variables for Claude, such as a cloud provider's login. */
  passThrough?: readonly string[];
  /** Encloses each process. Default: none does. */
  sandbox?: Sandbox | null;
  /** Default: one a core. */
  startsAtOnce?: number;
  idle?: IdleLimits;
  silence?: SilenceLimits;
  retry?: RetryPolicy;
};

export type DriverDeps = {
  /** Milliseconds of a clock that never goes back; `TurnOptions.assignedAtMs` is read from it too. */
  now: () => number;
  random: () => number;
};

const SYSTEM_DEPS: DriverDeps = { now: () => performance.now(), random: Math.random };

/** Two specs with the same fingerprint may share a process. Limits of money count from a process's start. */
function fingerprintOf(spec: ClaudeSpec): string {
  const { cwd, additionalDirectories, model, maxTurns, maxUsd, settingSources, tools } = spec;
  const { outputSchema = null } = spec;
  const once = maxUsd === null ? null : randomUUID();
  return JSON.stringify([
    cwd,
    additionalDirectories,
    model,
    maxTurns,
    once,
    settingSources,
    tools,
    outputSchema,
  ]);
}

async function decideFor(spec: ClaudeSpec, request: ToolRequest): Promise<ToolDecision> {
  const target = writtenPath(request, spec.cwd);
  if (target === null) return decideTool(request, spec.tools, null, []);
  const folders = [
    spec.cwd,
    ...spec.additionalDirectories.filter((entry) => entry.writable).map((entry) => entry.path),
  ];
  const writable = await Promise.all(folders.map(resolveRealPath));
  return decideTool(request, spec.tools, await resolveRealPath(target), writable);
}

class Driver implements ClaudeDriver {
  readonly #config: DriverConfig;
  readonly #deps: DriverDeps;
  readonly #executable: string;
  readonly #configDir: string;
  readonly #queue: StartQueue;
  readonly #idle: IdlePool;
  readonly #open = new Set<Conversation>();
  readonly #asking = new Set<Promise<ModelAnswer>>();
  readonly #closing = new AbortController();
  #closed = false;

  constructor(config: DriverConfig, deps: DriverDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#executable = findExecutable(config.executable ?? config.env.CLAUDE_CODE_PATH);
    this.#configDir = claudeConfigDir(config.env);
    this.#queue = new StartQueue(config.startsAtOnce ?? availableParallelism());
    this.#idle = new IdlePool(config.idle ?? DEFAULT_IDLE_LIMITS);
  }

  open(spec: ClaudeSpec): ClaudeConversation {
    if (this.#closed) throw new Error('the Claude driver is closed');
    const claudeSessionId = spec.resumeId ?? spec.sessionId;
    const transcript = () => findTranscript(this.#configDir, spec.cwd, claudeSessionId);
    const resumed = transcript() !== null;
    const fingerprint = fingerprintOf(spec);
    const { process: kept, ended } = this.#idle.take(spec.sessionId, fingerprint);
    const start = (spent: { usd: number; turns: number }, after?: Promise<void>) =>
      this.#startProcess(spec, claudeSessionId, transcript() !== null, spent, after);
    const conversation: Conversation = new Conversation(
      {
        claudeSessionId,
        resumed,
        openingNotice:
          spec.resumeId !== null && !resumed
            ? 'The transcript of the earlier work is not on this machine: Claude starts without its memory of it.'
            : null,
        executable: this.#executable,
        silence: this.#config.silence ?? DEFAULT_SILENCE_LIMITS,
        retry: this.#config.retry ?? DEFAULT_RETRY_POLICY,
      },
      {
        ...this.#deps,
        first: kept ?? start({ usd: 0, turns: 0 }, ended),
        startProcess: start,
        transcript,
        keep: (process) => this.#idle.keep(spec.sessionId, fingerprint, process),
        closed: () => this.#open.delete(conversation),
      },
    );
    this.#open.add(conversation);
    return conversation;
  }

  async ask(question: ModelQuestion): Promise<ModelAnswer> {
    if (this.#closed) throw new Error('the Claude driver is closed');
    const signal = AbortSignal.any([question.signal, this.#closing.signal]);
    const asking = askModel(
      { ...question, signal },
      {
        executable: this.#executable,
        environment: (processMark) => this.#environment(processMark),
        sandbox: this.#config.sandbox ?? null,
        startQueue: this.#queue,
        now: this.#deps.now,
      },
    );
    this.#asking.add(asking);
    void asking.finally(() => this.#asking.delete(asking));
    return asking;
  }

  get isSandboxed(): boolean {
    return (this.#config.sandbox ?? null) !== null;
  }

  async endIdle(sessionId?: string): Promise<void> {
    await this.#idle.end(sessionId);
  }

  count(): { busy: number; idle: number } {
    return { busy: this.#open.size, idle: this.#idle.size };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.abort();
    await Promise.all([...[...this.#open].map((conversation) => conversation.end()), ...this.#asking]);
    await this.#idle.end();
  }

  #environment(processMark: string): Record<string, string> {
    const { env, passThrough = [], dataDir } = this.#config;
    return claudeEnvironment({ from: env, passThrough, dataDir, processMark });
  }

  #startProcess(
    spec: ClaudeSpec,
    sessionId: string,
    resume: boolean,
    spent: { usd: number; turns: number },
    after: Promise<void> = Promise.resolve(),
  ): ClaudeProcess {
    const processMark = randomUUID();
    const left = (limit: number | null, used: number, least: number) =>
      limit === null ? null : Math.max(least, limit - used);
    return new ClaudeProcess(
      {
        executable: this.#executable,
        cwd: spec.cwd,
        env: this.#environment(processMark),
        processMark,
        sessionId,
        resume,
        model: spec.model,
        maxTurns: left(spec.maxTurns, spent.turns, 1),
        maxUsd: left(spec.maxUsd, spent.usd, MIN_BUDGET_USD),
        additionalDirectories: spec.additionalDirectories,
        git: spec.git,
        settingSources: spec.settingSources,
        outputSchema: spec.outputSchema ?? null,
        allowedTools: spec.tools.allow,
        deniedTools: spec.tools.deny ?? [],
      },
      {
        startQueue: this.#queue,
        sandbox: this.#config.sandbox ?? null,
        startAfter: after,
        now: this.#deps.now,
        decideTool: (request) => decideFor(spec, request),
      },
    );
  }
}

/** The CLI refuses a budget of nothing; with this one it stops at its first answer. */
const MIN_BUDGET_USD = 0.000_1;

/** The driver of a runner. Nothing is started before the first `open`. */
export function createClaudeDriver(config: DriverConfig, deps: DriverDeps = SYSTEM_DEPS): ClaudeDriver {
  return new Driver(config, deps);
}
