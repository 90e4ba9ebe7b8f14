import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SpawnOptions } from '@anthropic-ai/claude-agent-sdk';
import { query } from '@anthropic-ai/claude-agent-sdk';
import { NO_USAGE, type Usage } from '../../protocol/usage.ts';
import type { ProcessRef } from '../process/process-start-time.ts';
import { processRef } from '../process/process-start-time.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { classifyResult } from './classify-result.ts';
import { endClaudeTree } from './end-claude-tree.ts';
import { parseMessage, type ResultMessage } from './message-schema.ts';
import type { StartQueue } from './start-queue.ts';
import { mainModel, turnUsage } from './turn-usage.ts';
import { userMessage } from './user-message.ts';

/** A question to a model beside the conversation: no tools, no memory, one answer of a given form. */
export type ModelQuestion = {
  /** A name or an alias of Claude Code's, such as `haiku`. */
  model: string;
  /** Our own words. */
  system: string;
  /** What is asked; untrusted parts are marked in it. Goes in as a message, never as an argument. */
  prompt: string;
  /** The JSON schema that the answer has to fit. */
  schema: Record<string, unknown>;
  limitMs: number;
  /** Nobody needs the answer any more. */
  signal: AbortSignal;
};

export type ModelAnswer = {
  /** `output` fits the schema as far as the CLI checks it; parse it. */
  result: { status: 'answered'; output: unknown } | { status: 'trouble'; message: string };
  usage: Usage;
  model: string | null;
  durationMs: number;
};

export type AskModelDeps = {
  executable: string;
  /** Claude's whole environment for a process of this mark. */
  environment: (processMark: string) => Record<string, string>;
  sandbox: Sandbox | null;
  startQueue: StartQueue;
  now: () => number;
};

/** The answer is one call of a tool, one more where its form was wrong, and the words after it. */
const MAX_MODEL_TURNS = 6;

/** The CLI expands `@file` mentions in the last block: what others wrote must never be the last. */
const ASKING = 'Answer now, in the form that is asked for.';

/** An answer without a form comes back as success without output. */
const NO_ANSWER = 'The model gave no answer in the form that was asked for.';

/**
 * Asks a model through a Claude Code process of its own, without tools, settings or a transcript. Never rejects: what
 * goes wrong is a `trouble`.
 */
export async function askModel(question: ModelQuestion, deps: AskModelDeps): Promise<ModelAnswer> {
  const startedAt = deps.now();
  const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-question-'));
  const leave = await deps.startQueue.enter();
  const asking = new Asking(question, folder, deps, leave);
  try {
    const { result, trouble } = await asking.run();
    const durationMs = Math.max(0, deps.now() - startedAt);
    if (result === null) {
      const message = trouble ?? 'Claude Code ended without an answer.';
      return { result: { status: 'trouble', message }, usage: NO_USAGE, model: null, durationMs };
    }
    const usage = turnUsage(result, null).turn;
    return { result: readResult(result), usage, model: mainModel(result), durationMs };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const durationMs = Math.max(0, deps.now() - startedAt);
    return { result: { status: 'trouble', message }, usage: NO_USAGE, model: null, durationMs };
  } finally {
    leave();
    await asking.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function readResult(result: ResultMessage): ModelAnswer['result'] {
  const end = classifyResult(result, null);
  if (end.type === 'failed') return { status: 'trouble', message: end.failure.message };
  if (end.type !== 'finished' || result.structured_output === undefined) {
    return { status: 'trouble', message: NO_ANSWER };
  }
  return { status: 'answered', output: result.structured_output };
}

/** One process for one question. */
class Asking {
  readonly #question: ModelQuestion;
  readonly #folder: string;
  readonly #deps: AskModelDeps;
  readonly #mark = randomUUID();
  readonly #abort = new AbortController();
  #ref: ProcessRef | null = null;
  #close: (() => void) | null = null;

  readonly #onStarted: () => void;

  /** @param onStarted the costly part of the start is over */
  constructor(question: ModelQuestion, folder: string, deps: AskModelDeps, onStarted: () => void) {
    this.#question = question;
    this.#folder = folder;
    this.#deps = deps;
    this.#onStarted = onStarted;
  }

  async run(): Promise<{ result: ResultMessage | null; trouble: string | null }> {
    const { limitMs, signal } = this.#question;
    const deadline = AbortSignal.timeout(limitMs);
    const stop = AbortSignal.any([deadline, signal]);
    const stopped = new Promise<null>((resolve) => {
      if (stop.aborted) resolve(null);
      stop.addEventListener('abort', () => resolve(null), { once: true });
    });
    const result = await Promise.race([this.#ask(), stopped]);
    const trouble = deadline.aborted ? `There was no answer within ${Math.round(limitMs / 1_000)} s.` : null;
    return { result, trouble };
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await endClaudeTree(this.#ref, this.#mark);
    this.#close?.();
  }

  async #ask(): Promise<ResultMessage | null> {
    const { sandbox, executable, environment } = this.#deps;
    const { model, system, schema, prompt } = this.#question;
    const place = { cwd: this.#folder, git: null, writable: [], readable: [] };
    const enclosure = (await sandbox?.enclose(place)) ?? null;
    this.#close = () => enclosure?.close();
    if (this.#abort.signal.aborted) {
      this.#close();
      return null;
    }
    const running = query({
      prompt: once(userMessage(randomUUID(), [prompt, ASKING]), this.#abort.signal),
      options: {
        cwd: this.#folder,
        env: environment(this.#mark),
        pathToClaudeCodeExecutable: executable,
        model,
        systemPrompt: system,
        tools: [],
        strictMcpConfig: true,
        settingSources: [],
        maxTurns: MAX_MODEL_TURNS,
        permissionMode: 'default',
        persistSession: false,
        outputFormat: { type: 'json_schema', schema },
        spawnClaudeCodeProcess: (options: SpawnOptions) => {
          const { command, args } = enclosure?.launch(options) ?? options;
          const child = spawn(command, args, {
            cwd: options.cwd,
            env: options.env,
            stdio: ['pipe', 'pipe', 'pipe'],
            detached: true,
          });
          this.#ref = child.pid === undefined ? null : processRef(child.pid);
          child.stdin.on('error', () => undefined);
          child.stderr.resume();
          return child;
        },
      },
    });
    try {
      for await (const line of running) {
        this.#onStarted();
        const message = parseMessage(line);
        if (message?.type === 'result') return message;
      }
    } catch {
      // The SDK throws for error results and exits; what was heard before counts.
    }
    return null;
  }
}

/** One message; the input stays open until the question is over, for its end would end the process. */
async function* once<T>(message: T, until: AbortSignal): AsyncGenerator<T, void> {
  yield message;
  if (until.aborted) return;
  await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
}
