import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Query, SDKUserMessage, SpawnOptions } from '@anthropic-ai/claude-agent-sdk';
import { query } from '@anthropic-ai/claude-agent-sdk';
import type { ProcessRef } from '../process/process-start-time.ts';
import { processRef } from '../process/process-start-time.ts';
import { lastWords } from '../redact/last-words.ts';
import type { Enclosure, Sandbox } from '../sandbox/sandbox.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import type { SettingSource } from './driver.ts';
import { endClaudeTree } from './end-claude-tree.ts';
import { InputQueue } from './input-queue.ts';
import type { ClaudeMessage } from './message-schema.ts';
import { parseMessage } from './message-schema.ts';
import { STANDING_ORDERS } from './standing-orders.ts';
import type { StartQueue } from './start-queue.ts';
import { ToolGate, type ToolListener } from './tool-gate.ts';
import type { ToolDecision, ToolRequest } from './tool-policy.ts';

/** Errors of the CLI are on stdout; stderr holds only what a crash or a wrong option leaves. */
const STDERR_TAIL_CHARS = 4_000;

/** A start without any output this long no longer keeps others waiting. */
const START_LIMIT_MS = 20_000;

/** How long output that the process wrote before its end may take to be read. */
const DRAIN_MS = 1_000;

/** After end of input an idle CLI leaves within 50 ms, and one in a turn would finish it. */
const QUIET_EXIT_MS = 1_500;

export type ProcessInput = {
  executable: string;
  cwd: string;
  env: Record<string, string>;
  processMark: string;
  sessionId: string;
  resume: boolean;
  model: string | null;
  maxTurns: number | null;
  outputSchema: Readonly<Record<string, unknown>> | null;
  maxUsd: number | null;
  additionalDirectories: readonly { path: string; writable: boolean }[];
  git: GitFolders | null;
  settingSources: readonly SettingSource[];
  /** Tools that nobody is asked about. */
  allowedTools: readonly string[];
  /** Tools that the model does not get at all. */
  deniedTools: readonly string[];
};

export type ProcessDeps = {
  startQueue: StartQueue;
  /** Null: Claude runs with the rights of the runner. */
  sandbox: Sandbox | null;
  /** Another process of the same session that has to be gone first: there is no lock on a transcript. */
  startAfter: Promise<void>;
  now: () => number;
  decideTool: (request: ToolRequest) => Promise<ToolDecision>;
};

export type ProcessExit =
  | { type: 'exited'; code: number | null; signal: NodeJS.Signals | null; stderr: string }
  | { type: 'not_started'; error: NodeJS.ErrnoException };

/** What a turn wants to hear. Replaced by each turn; between turns nobody listens. */
export type ProcessListener = ToolListener & { onMessage: (message: ClaudeMessage) => void };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** One CLI process in streaming mode: it lives until `end`, its own exit, or a kill. */
export class ClaudeProcess {
  /** Resolves when it is gone and its output is read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  firstOutputAtMs: number | null = null;
  /** The last line or permission request; null before the spawn. */
  lastActivityAtMs: number | null = null;
  exit: ProcessExit | null = null;
  readonly #exit = Promise.withResolvers<ProcessExit>();
  readonly #input = new InputQueue<SDKUserMessage>();
  readonly #process: ProcessInput;
  readonly #deps: ProcessDeps;
  readonly #gate: ToolGate<ProcessListener>;
  #query: Query | null = null;
  #enclosure: Enclosure | null = null;
  #child: Child | null = null;
  #ref: ProcessRef | null = null;
  #ending: Promise<void> | null = null;
  #stderr = '';

  constructor(input: ProcessInput, deps: ProcessDeps) {
    this.#process = input;
    this.#deps = deps;
    this.#gate = new ToolGate(deps.decideTool, () => this.#active());
    this.exited = this.#exit.promise;
    void this.exited.then((exit) => {
      this.exit = exit;
      this.#input.close();
      this.#enclosure?.close();
    });
    void this.#start();
  }

  get listener(): ProcessListener | null {
    return this.#gate.listener;
  }

  set listener(listener: ProcessListener | null) {
    this.#gate.listener = listener;
  }

  get pid(): number | null {
    return this.exit === null ? (this.#ref?.pid ?? null) : null;
  }

  /** It continues the transcript of an earlier process. */
  get resumed(): boolean {
    return this.#process.resume;
  }

  /** Starts the count of silence anew, for a process that was idle until now. */
  touch(): void {
    if (this.lastActivityAtMs !== null) this.lastActivityAtMs = this.#deps.now();
  }

  /** Messages sent before the process is up wait for it. */
  send(message: SDKUserMessage): void {
    this.#input.push(message);
  }

  /** Asks the CLI to end the running turn. Does not wait for the turn's result. */
  async interrupt(limitMs: number): Promise<void> {
    const request = this.#query?.interrupt().catch(() => undefined);
    await Promise.race([request, this.exited, sleep(limitMs, undefined, { ref: false })]);
  }

  /** Ends it and everything it started. Idempotent. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #start(): Promise<void> {
    await this.#deps.startAfter;
    const leave = await this.#deps.startQueue.enter();
    const failure = await this.#enclose();
    if (failure !== null) {
      leave();
      this.#exit.resolve({ type: 'not_started', error: failure });
      return;
    }
    if (this.#ending !== null) {
      leave();
      this.#exit.resolve({ type: 'exited', code: null, signal: null, stderr: '' });
      return;
    }
    this.#query = query({ prompt: this.#input, options: this.#options() });
    const up = this.#query.initializationResult().then(
      () => this.#active(),
      () => undefined,
    );
    const read = this.#read(this.#query);
    void Promise.race([up, this.exited, sleep(START_LIMIT_MS, undefined, { ref: false })]).then(leave);
    void this.#watchExit(read);
  }

  async #enclose(): Promise<Error | null> {
    const { cwd, git, additionalDirectories } = this.#process;
    const folders = (writable: boolean): string[] =>
      additionalDirectories.filter((folder) => folder.writable === writable).map(({ path }) => path);
    try {
      const place = { cwd, git, writable: folders(true), readable: folders(false) };
      this.#enclosure = (await this.#deps.sandbox?.enclose(place)) ?? null;
      return null;
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      return new Error(`its sandbox could not be made: ${what}`, { cause });
    }
  }

  #options() {
    const input = this.#process;
    return {
      cwd: input.cwd,
      env: input.env,
      pathToClaudeCodeExecutable: input.executable,
      ...(input.resume ? { resume: input.sessionId } : { sessionId: input.sessionId }),
      ...(input.model === null ? {} : { model: input.model }),
      ...(input.maxTurns === null ? {} : { maxTurns: input.maxTurns }),
      ...(input.maxUsd === null ? {} : { maxBudgetUsd: input.maxUsd }),
      ...(input.outputSchema === null
        ? {}
        : { outputFormat: { type: 'json_schema' as const, schema: withoutDialect(input.outputSchema) } }),
      additionalDirectories: input.additionalDirectories.map(({ path }) => path),
      settingSources: [...input.settingSources],
      disallowedTools: [...input.deniedTools],
      permissionMode: 'default' as const,
      /** Without it the SDK sends a prompt of one sentence instead of Claude Code's own. */
      systemPrompt: {
        type: 'preset' as const,
        preset: 'claude_code' as const,
        append: STANDING_ORDERS,
        snapshot: true,
      },
      /** Raw deltas are the only sign of life while a long answer is written. */
      includePartialMessages: true,
      canUseTool: this.#gate.canUseTool,
      hooks: { PreToolUse: [this.#gate.hook(input.allowedTools)] },
      spawnClaudeCodeProcess: (options: SpawnOptions) => this.#spawn(options),
    };
  }

  #spawn(options: SpawnOptions): Child {
    const { command, args } = this.#enclosure?.launch(options) ?? options;
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      /** A Ctrl-C at the runner's terminal must reach Claude through the runner's drain only. */
      detached: true,
    });
    this.#child = child;
    this.#ref = child.pid === undefined ? null : processRef(child.pid);
    this.lastActivityAtMs = this.#deps.now();
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = lastWords(this.#stderr + text, STDERR_TAIL_CHARS);
    });
    return child;
  }

  #active(): void {
    this.lastActivityAtMs = this.#deps.now();
    this.firstOutputAtMs ??= this.lastActivityAtMs;
  }

  async #read(running: Query): Promise<void> {
    try {
      for await (const line of running) {
        this.#active();
        const message = parseMessage(line);
        if (message !== null) this.listener?.onMessage(message);
      }
    } catch {
      // The SDK throws for error results and exits; the result and the exit were already heard.
    }
  }

  async #watchExit(read: Promise<void>): Promise<void> {
    const child = this.#child;
    if (child === null) {
      await read;
      this.#exit.resolve({ type: 'exited', code: null, signal: null, stderr: this.#stderr });
      return;
    }
    const exit = await new Promise<ProcessExit>((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({ type: 'not_started', error });
      });
      child.once('exit', (code, signal) => resolve({ type: 'exited', code, signal, stderr: '' }));
    });
    if (exit.type === 'exited') await Promise.race([read, sleep(DRAIN_MS, undefined, { ref: false })]);
    this.#query?.close();
    child.stdout.destroy();
    this.#exit.resolve(exit.type === 'exited' ? { ...exit, stderr: this.#stderr } : exit);
  }

  async #end(): Promise<void> {
    this.#input.close();
    if (this.#child !== null && this.exit === null) {
      this.#child.stdin.end();
      await Promise.race([this.exited, sleep(QUIET_EXIT_MS)]);
    }
    await endClaudeTree(this.#ref, this.#process.processMark);
    if (this.#child !== null) await this.exited;
  }
}

/** Generators name the dialect of 2020, which Claude Code takes for a reference that it does not know. */
function withoutDialect({ $schema: _dialect, ...schema }: Readonly<Record<string, unknown>>) {
  return schema;
}
