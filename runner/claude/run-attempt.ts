import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { LimitNotice } from './classify-result.ts';
import type { ClaudeProcess, ProcessExit } from './claude-process.ts';
import type { CleanText } from './clean-message.ts';
import { cleanMessage } from './clean-message.ts';
import { FIRST_MAP_STATE, type KeepWhole, type MapState, mapMessage } from './map-message.ts';
import type { ClaudeMessage, ResultMessage } from './message-schema.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { SayBox } from './say-box.ts';
import type { StopSignal } from './stop-signal.ts';
import { notAllowed, QUESTION_DENIED } from './tool-policy.ts';
import type { AskPerson, ToolQuestion, ToolVerdict } from './tool-question.ts';
import { type UserMessage, userMessage } from './user-message.ts';
import type { SilenceLimits } from './watch-silence.ts';
import { watchSilence } from './watch-silence.ts';

/** An interrupt is answered within 80 ms; after this the process is ended instead. */
const INTERRUPT_LIMIT_MS = 3_000;

/** The CLI may refresh an expired token after its first 401; a second one means that nobody is logged in. */
const LOGIN_RETRY = 2;

/** A pause waits so long for the tool that runs; then the tool is cut off. */
const SAFE_POINT_LIMIT_MS = 60_000;

/** How one process took one prompt. */
export type AttemptEnd =
  | { type: 'result'; result: ResultMessage; limit: LimitNotice | null }
  | { type: 'gone'; exit: ProcessExit }
  | { type: 'stopped' }
  /** The turn was interrupted; the process waits for the next prompt, or has ended. */
  | { type: 'paused' }
  | { type: 'stalled' }
  /** A tool use was put off until somebody has answered. */
  | { type: 'parked'; deferred: boolean }
  /** The model had finished, but the result never came. */
  | { type: 'result_missing'; text: string }
  | { type: 'login_refused'; status: number };

export type AttemptInput = {
  process: ClaudeProcess;
  /** Null: the process goes on with a tool use that an earlier one put off. */
  prompt: UserMessage | null;
  says: SayBox;
  stop: StopSignal;
  pause: PauseSwitch;
  silence: SilenceLimits;
  transcript: () => string | null;
  now: () => number;
  emit: (event: RunnerEvent) => void;
  clean: CleanText;
  keepWhole: KeepWhole;
  /** Tokens that count towards a limit, as they are used; sub-agents' too where the CLI tells of them. */
  onTokens: (tokens: number) => void;
  ask: AskPerson | null;
  /** Somebody is asked, or nobody any more: time stands still meanwhile. */
  onAsking: (asking: boolean) => void;
  /** Called at the first line that belongs to this turn. */
  onStarted: (init: { sessionId: string; model: string; version: string }) => void;
};

class Attempt {
  readonly end = Promise.withResolvers<AttemptEnd>();
  readonly result = Promise.withResolvers<void>();
  #state: MapState = FIRST_MAP_STATE;
  #limit: LimitNotice | null = null;
  #resultDue = false;
  #lastText = '';
  #started = false;
  #asking = 0;
  readonly #over = new AbortController();
  readonly #input: AttemptInput;

  constructor(input: AttemptInput) {
    this.#input = input;
  }

  get toolsOpen(): boolean {
    return this.#state.openTools.size > 0;
  }

  get isAsking(): boolean {
    return this.#asking > 0;
  }

  /** Has a person decide about a tool use. Where nobody can be asked it is not allowed. */
  async ask(question: ToolQuestion, mayPark: boolean): Promise<ToolVerdict> {
    const { ask, says, onAsking, emit } = this.#input;
    if (ask === null) {
      const { kind, name, toolUseId } = question;
      const message = kind === 'question' ? QUESTION_DENIED : notAllowed(name);
      emit({ type: 'claude.permission_denied', toolUseId, name, message });
      return { type: 'deny', message };
    }
    this.#asking += 1;
    if (this.#asking === 1) onAsking(true);
    // A message that waits would be taken by the process once it has put its tool use off.
    const verdict = await ask(question, {
      signal: this.#over.signal,
      mayPark: () => mayPark && says.waiting().length === 0,
    });
    this.#asking -= 1;
    if (this.#asking === 0 && !this.#over.signal.aborted) onAsking(false);
    return verdict;
  }

  /** Nobody waits for answers any more. */
  close(): void {
    if (this.#asking > 0) this.#input.onAsking(false);
    this.#over.abort();
  }

  get resultDue(): boolean {
    return this.#resultDue;
  }

  get lastText(): string {
    return this.#lastText;
  }

  /** Between the results of one step's tools and the next step nothing is cut in half. */
  pauseWhenSafe(): void {
    if (this.#input.pause.on && !this.toolsOpen) this.end.resolve({ type: 'paused' });
  }

  hear(message: ClaudeMessage): void {
    this.#take(message);
    this.pauseWhenSafe();
  }

  #take(message: ClaudeMessage): void {
    const mapped = mapMessage(message, this.#state, this.#input.now(), this.#input.keepWhole);
    this.#state = mapped.state;
    for (const event of mapped.events) this.#input.emit(event);
    switch (message.type) {
      case 'system':
        this.#hearSystem(message);
        return;
      case 'assistant':
        if (message.parent_tool_use_id == null) this.#hearAnswer(message);
        return;
      case 'stream_event':
        this.#countTokens(message);
        if (message.parent_tool_use_id == null) this.#hearStream(message);
        return;
      case 'command_lifecycle':
        this.#input.says.follow(message.command_uuid, message.state);
        return;
      case 'rate_limit_event': {
        const { status, resetsAt } = message.rate_limit_info;
        this.#limit = { rejected: status === 'rejected', resetsAtMs: resetsAt ? resetsAt * 1_000 : null };
        return;
      }
      case 'result':
        this.#hearResult(message);
        return;
      case 'user':
        return;
    }
  }

  #hearSystem(message: Extract<ClaudeMessage, { type: 'system' }>): void {
    if (message.subtype === 'init' && !this.#started) {
      this.#started = true;
      this.#input.onStarted({
        sessionId: message.session_id,
        model: message.model,
        version: message.claude_code_version,
      });
    }
    if (message.subtype === 'api_retry' && message.attempt >= LOGIN_RETRY) {
      const status = message.error_status;
      if (status === 401 || status === 403) this.end.resolve({ type: 'login_refused', status });
    }
  }

  #hearAnswer(message: Extract<ClaudeMessage, { type: 'assistant' }>): void {
    for (const block of message.message.content) if (block.type === 'text') this.#lastText = block.text;
  }

  /** The result tells what a turn cost, which is too late for a limit. Of the last answer it is early enough. */
  #countTokens({ event }: Extract<ClaudeMessage, { type: 'stream_event' }>): void {
    if (event.delta?.stop_reason === 'end_turn') return;
    const asked = event.type === 'message_start' ? event.message?.usage : undefined;
    const answered = event.type === 'message_delta' ? event.usage : undefined;
    const tokens =
      (asked?.input_tokens ?? 0) + (asked?.cache_creation_input_tokens ?? 0) + (answered?.output_tokens ?? 0);
    if (tokens > 0) this.#input.onTokens(tokens);
  }

  #hearStream(message: Extract<ClaudeMessage, { type: 'stream_event' }>): void {
    if (message.event.type === 'message_start') this.#resultDue = false;
    if (message.event.delta?.stop_reason === 'end_turn') this.#resultDue = true;
  }

  #hearResult(result: ResultMessage): void {
    this.result.resolve();
    this.#resultDue = false;
    /** Nobody asked for it: a task in the background reports. */
    if (result.origin != null) return;
    if (result.terminal_reason?.startsWith('tool_deferred') === true) {
      this.end.resolve({ type: 'parked', deferred: result.terminal_reason === 'tool_deferred' });
      return;
    }
    /** A message that came too late for this turn makes the CLI start another one by itself. */
    if (!result.is_error && this.#input.says.waiting().length > 0) return;
    this.end.resolve({ type: 'result', result, limit: this.#limit });
  }
}

/** Has the CLI end its turn in order, so that the transcript is whole. @returns whether it did in time */
async function interruptTurn({ process }: AttemptInput, attempt: Attempt): Promise<boolean> {
  if (process.pid === null) return false;
  const deadline = sleep(INTERRUPT_LIMIT_MS, undefined, { ref: false });
  await Promise.race([process.interrupt(INTERRUPT_LIMIT_MS), deadline]);
  const obeyed = attempt.result.promise.then(() => true);
  return Promise.race([obeyed, process.exited.then(() => false), deadline.then(() => false)]);
}

/** What does not obey is ended, and so is what does. */
async function endTurn(input: AttemptInput, attempt: Attempt): Promise<void> {
  await interruptTurn(input, attempt);
  await input.process.end();
}

/** The process lives on. One with messages that it has not taken would go on with them by itself. */
async function pauseTurn(input: AttemptInput, attempt: Attempt): Promise<void> {
  const obeyed = await interruptTurn(input, attempt);
  if (!obeyed || input.says.waiting().length > 0) await input.process.end();
}

/** Ends the attempt at a safe point once somebody wants it to. @returns the function that ends the watch */
function watchPause({ pause }: AttemptInput, attempt: Attempt): () => void {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const watch = async () => {
    await pause.until(true);
    if (over) return;
    attempt.pauseWhenSafe();
    timer = setTimeout(() => {
      if (pause.on) attempt.end.resolve({ type: 'paused' });
    }, SAFE_POINT_LIMIT_MS);
    await pause.until(false);
    clearTimeout(timer);
    if (!over) await watch();
  };
  void watch();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/**
 * Gives one prompt to one process and waits for the first reason to end. After any end but `result` the process
 * is gone with all it started; after a `result` it waits for the next prompt.
 */
export async function runAttempt(input: AttemptInput): Promise<AttemptEnd> {
  const attempt = new Attempt(input);
  const { process, says, stop } = input;
  process.listener = {
    onMessage: (message) => attempt.hear(cleanMessage(message, input.clean)),
    onAsk: (question, mayPark) => attempt.ask(question, mayPark),
    onDenied: (denied) => input.emit({ type: 'claude.permission_denied', ...denied }),
  };
  void process.exited.then((exit) => attempt.end.resolve({ type: 'gone', exit }));
  void stop.stopped.then(() => attempt.end.resolve({ type: 'stopped' }));
  const endWatch = watchSilence(
    () => ({
      // Who waits for a person is silent, for hours perhaps.
      lastActivityAtMs: attempt.isAsking ? null : process.lastActivityAtMs,
      toolsOpen: attempt.toolsOpen,
      resultDue: attempt.resultDue,
    }),
    input.silence,
    input.transcript,
    input.now,
    () =>
      attempt.end.resolve(
        attempt.resultDue ? { type: 'result_missing', text: attempt.lastText } : { type: 'stalled' },
      ),
  );
  process.touch();
  if (input.prompt !== null) process.send(input.prompt);
  for (const said of says.waiting()) process.send(userMessage(said.uuid, [said.text], said.images));
  says.onAdd = (said) => process.send(userMessage(said.uuid, [said.text], said.images));
  const endPauseWatch = watchPause(input, attempt);
  const end = await attempt.end.promise;
  attempt.close();
  endPauseWatch();
  endWatch();
  says.onAdd = null;
  /** After an error the CLI would take what still waits as a turn of its own, which nobody watches. */
  if (end.type === 'parked') await process.end();
  else if (end.type === 'paused') await pauseTurn(input, attempt);
  else if (end.type !== 'result' || says.waiting().length > 0) await endTurn(input, attempt);
  process.listener = null;
  return end;
}
