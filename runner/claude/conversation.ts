import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { Failure } from '../../protocol/outcome.ts';
import { classifyAttempt, stopEnd } from './classify-attempt.ts';
import type { ClaudeProcess } from './claude-process.ts';
import type {
  ClaudeConversation,
  InterruptReason,
  SayResult,
  TurnEnd,
  TurnOptions,
  TurnPrompt,
} from './driver.ts';
import { transcriptHolds } from './find-transcript.ts';
import { PauseSwitch } from './pause-switch.ts';
import type { RetryPlan, RetryPolicy, Tries } from './retry-plan.ts';
import { MAX_CRASHES, planRetry } from './retry-plan.ts';
import type { AttemptEnd } from './run-attempt.ts';
import { runAttempt } from './run-attempt.ts';
import { SayBox } from './say-box.ts';
import { StopSignal } from './stop-signal.ts';
import { startTurnClock, type TurnClock } from './turn-clock.ts';
import type { UserMessage } from './user-message.ts';
import { userMessage } from './user-message.ts';
import type { SilenceLimits } from './watch-silence.ts';

const AFTER_API_ERROR =
  'The connection to the model failed for a while and works again. Go on with the task.';
const AFTER_CRASH =
  'Claude Code ended unexpectedly while you worked and was started again. The last step may have been done in part or in full: look at the state of the files before you repeat anything. Then go on with the task.';

const AFTER_PAUSE =
  'Somebody had you pause, and now lets you go on. The last step may have been interrupted: look at the state of the files before you repeat anything. Then go on with the task.';

const RESULT_MISSING: RunnerEvent = {
  type: 'notice',
  level: 'warning',
  text: 'Claude Code gave its last answer but never reported the end of the turn; it was ended.',
};

export type ConversationInput = {
  claudeSessionId: string;
  resumed: boolean;
  /** Said before the first turn, such as that the earlier transcript is not here. */
  openingNotice: string | null;
  executable: string;
  silence: SilenceLimits;
  retry: RetryPolicy;
};

export type ConversationDeps = {
  now: () => number;
  random: () => number;
  /** The conversation's first process: new or kept. */
  first: ClaudeProcess;
  /** `spent` counts against the limits of the task. */
  startProcess: (spent: { usd: number; turns: number }) => ClaudeProcess;
  transcript: () => string | null;
  keep: (process: ClaudeProcess) => void;
  closed: () => void;
};

type Said = Parameters<ClaudeConversation['say']>[0];
type Running = { says: SayBox; stop: StopSignal; done: Promise<unknown> };

/** One conversation with Claude Code over one or more processes; see `ClaudeConversation`. */
export class Conversation implements ClaudeConversation {
  readonly claudeSessionId: string;
  readonly resumed: boolean;
  readonly #input: ConversationInput;
  readonly #deps: ConversationDeps;
  readonly #spent = { usd: 0, turns: 0 };
  #process: ClaudeProcess;
  #running: Running | null = null;
  #notice: string | null;
  #over = false;
  /** What is left of a failed turn, a stale login perhaps, is not worth keeping. */
  #healthy = true;

  constructor(input: ConversationInput, deps: ConversationDeps) {
    this.claudeSessionId = input.claudeSessionId;
    this.resumed = input.resumed;
    this.#input = input;
    this.#deps = deps;
    this.#notice = input.openingNotice;
    this.#process = deps.first;
  }

  get pid(): number | null {
    return this.#process.pid;
  }

  async turn(prompt: TurnPrompt, options: TurnOptions): Promise<TurnEnd> {
    if (this.#running !== null) throw new Error('a turn of this conversation is running already');
    if (this.#over) throw new Error('this conversation was released or ended');
    const says = new SayBox();
    const stop = new StopSignal();
    const clock = startTurnClock(stop, options, this.#deps.now);
    const done = this.#runTurn(prompt, options, says, stop, clock);
    this.#running = { says, stop, done };
    try {
      const end = await done;
      this.#healthy = end.type === 'finished';
      return end;
    } finally {
      clock.end();
      says.close();
      this.#running = null;
    }
  }

  say({ id, text, images }: Said): Promise<SayResult> {
    return this.#running?.says.add(id, text, images) ?? Promise.resolve('not_running');
  }

  async interrupt(reason: InterruptReason): Promise<void> {
    this.#running?.stop.stop(reason);
    await this.#running?.done;
  }

  async release(): Promise<void> {
    if (this.#running !== null) throw new Error('a running conversation is interrupted, not released');
    if (this.#over) return;
    this.#over = true;
    this.#deps.closed();
    if (this.#healthy && this.#process.exit === null) this.#deps.keep(this.#process);
    else await this.#process.end();
  }

  async end(): Promise<void> {
    this.#over = true;
    this.#running?.stop.stop('stopped');
    await this.#running?.done;
    await this.#process.end();
    this.#deps.closed();
  }

  async #runTurn(
    asked: TurnPrompt,
    options: TurnOptions,
    says: SayBox,
    stop: StopSignal,
    clock: TurnClock,
  ): Promise<TurnEnd> {
    const { context, request, images } = asked;
    let prompt = userMessage(randomUUID(), context === null ? [request] : [context, request], images);
    if (this.#notice !== null) options.emit({ type: 'notice', level: 'warning', text: this.#notice });
    this.#notice = null;
    const takesUp = asked.takesUp === true && this.#deps.transcript() !== null;
    let message: UserMessage | null = takesUp ? null : prompt;
    let tries: Tries = { api: 0, crashes: 0 };
    const pause = options.pause ?? new PauseSwitch();
    const onTokens = countDown(options.tokensLeft ?? null, () => stop.stop('out_of_tokens'));
    for (;;) {
      if (pause.on) {
        if (!(await this.#hold(pause, options, stop, clock))) return stopEnd(stop.reason ?? 'stopped');
      }
      if (this.#process.exit !== null) this.#process = this.#deps.startProcess(this.#spent);
      const attempt = await this.#attempt(message, { ...options, pause, onTokens, clock }, says, stop);
      if (attempt.type === 'paused' && stop.reason === null) {
        message = await this.#continuation(AFTER_PAUSE, prompt);
        if (message.message.content === prompt.message.content) prompt = message;
        continue;
      }
      if (attempt.type === 'result_missing') options.emit(RESULT_MISSING);
      const end = classifyAttempt(attempt, stop.reason, this.#input.executable);
      if (end.type !== 'failed') return end;
      const plan = planRetry(end.failure.kind, tries, this.#input.retry, this.#deps.random());
      if (plan.type === 'give_up') return end;
      tries = plan.tries;
      this.#announce(plan, end.failure, options);
      await this.#backOff(plan, stop);
      if (stop.reason !== null) return stopEnd(stop.reason);
      message = await this.#continuation(plan.type === 'resume' ? AFTER_CRASH : AFTER_API_ERROR, prompt);
      if (message.message.content === prompt.message.content) prompt = message;
    }
  }

  /** Holds until somebody lets Claude go on. @returns false when the turn is to end instead */
  async #hold(
    pause: PauseSwitch,
    options: TurnOptions,
    stop: StopSignal,
    clock: TurnClock,
  ): Promise<boolean> {
    clock.pause();
    options.emit({ type: 'claude.paused' });
    await Promise.race([pause.until(false), stop.stopped]);
    if (stop.reason !== null) {
      await this.#process.end();
      return false;
    }
    clock.start();
    options.emit({ type: 'claude.resumed' });
    return true;
  }

  #attempt(
    prompt: UserMessage | null,
    options: TurnOptions & { pause: PauseSwitch; onTokens: (tokens: number) => void; clock: TurnClock },
    says: SayBox,
    stop: StopSignal,
  ): Promise<AttemptEnd> {
    const process = this.#process;
    const { now } = this.#deps;
    return runAttempt({
      process,
      prompt,
      says,
      stop,
      pause: options.pause,
      silence: this.#input.silence,
      transcript: this.#deps.transcript,
      now,
      emit: (event) => this.#emit(event, options),
      onTokens: options.onTokens,
      clean: options.clean,
      keepWhole: options.keepWhole,
      ask: options.ask ?? null,
      onAsking: (asking) => (asking ? options.clock.pause() : options.clock.start()),
      onStarted: ({ sessionId, model, version }) => {
        const firstAtMs = process.firstOutputAtMs ?? now();
        /** A kept process was up long before this job came. */
        const upAtMs = firstAtMs < options.assignedAtMs ? now() : firstAtMs;
        options.emit({
          type: 'claude.started',
          claudeSessionId: sessionId,
          resumed: process.resumed,
          model,
          version,
          sinceAssignMs: Math.max(0, upAtMs - options.assignedAtMs),
        });
      },
    });
  }

  #emit(event: RunnerEvent, options: TurnOptions): void {
    if (event.type === 'claude.turn_ended') {
      this.#spent.usd += event.usage.costUsd;
      this.#spent.turns += event.turns;
    }
    options.emit(event);
  }

  #announce(plan: Exclude<RetryPlan, { type: 'give_up' }>, failure: Failure, options: TurnOptions): void {
    const { tries } = plan;
    const how =
      plan.type === 'resume'
        ? { how: plan.type, attempt: tries.crashes, maxAttempts: MAX_CRASHES, delayMs: 0 }
        : {
            how: plan.type,
            attempt: tries.api,
            maxAttempts: this.#input.retry.apiRetries,
            delayMs: plan.delayMs,
          };
    options.emit({ type: 'claude.recovering', failure, ...how });
  }

  async #backOff(plan: Exclude<RetryPlan, { type: 'give_up' }>, stop: StopSignal): Promise<void> {
    if (plan.type !== 'back_off') return;
    const wait = new AbortController();
    const slept = sleep(plan.delayMs, undefined, { signal: wait.signal }).catch(() => undefined);
    await Promise.race([slept, stop.stopped]);
    wait.abort();
  }

  /** Where the transcript knows the prompt it is not repeated: a second copy would be done twice. */
  async #continuation(text: string, prompt: UserMessage): Promise<UserMessage> {
    const file = this.#deps.transcript();
    if (file === null || !(await transcriptHolds(file, prompt.uuid)))
      return { ...prompt, uuid: randomUUID() };
    return userMessage(randomUUID(), [text]);
  }
}

/** Calls back once no tokens are left. */
function countDown(most: number | null, onNone: () => void): (tokens: number) => void {
  let used = 0;
  return (tokens) => {
    used += tokens;
    if (most !== null && used >= most) onNone();
  };
}
