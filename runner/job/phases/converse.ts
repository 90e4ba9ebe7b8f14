import { WARNING_SHARE } from '../../../protocol/limits.ts';
import type { State } from '../../checkpoint/checkpoint-keeper.ts';
import type { ClaudeConversation, InterruptReason, TurnEnd, TurnPrompt } from '../../claude/driver.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { StopReason } from '../job-stop.ts';
import type { JobMessage } from '../message-box.ts';
import { messageText } from '../message-box.ts';
import { firstPrompt } from './first-prompt.ts';
import { openConversation, type Prepared } from './prepare-workspace.ts';

const MINUTE_MS = 60_000;

/** The part of a job in which Claude works: one turn, and one more for each follow-up that came too late for it. */
export class Converse {
  readonly #context: JobContext;
  readonly #prepared: Prepared;
  #conversation: ClaudeConversation | null;
  #workedMs: number;
  #turn = 0;
  /** Since when Claude holds, and how long it has held in this turn. */
  #heldAtMs: number | null = null;
  #heldMs = 0;
  #next: string | null = null;
  #onTold: (() => void)[] = [];

  constructor(context: JobContext, prepared: Prepared) {
    this.#context = context;
    this.#prepared = prepared;
    this.#conversation = prepared.conversation;
    this.#workedMs = context.recall.workedMs;
  }

  get conversation(): ClaudeConversation | null {
    return this.#conversation;
  }

  /**
   * Lets Claude work until it is done and no message waits. Called again when one came before the work was captured.
   *
   * @returns null when the work is done.
   */
  async run(): Promise<JobEnd | null> {
    while (this.#hasWork()) {
      const end = await this.step();
      if (end !== null) return end;
    }
    return null;
  }

  /** One turn with what Claude has not been told yet. @returns null when the turn is over. */
  async step(): Promise<JobEnd | null> {
    const context = this.#context;
    if (context.stop.reason !== null) return endOfStop(context.stop.reason);
    const { filled, workspace } = this.#prepared;
    this.#conversation ??= await openConversation(context, workspace);
    const isFirst = this.#turn === 0 && !context.recall.workDone;
    const messages = isFirst ? [] : context.messages.takeAll();
    const told = this.#next === null ? [] : [this.#next];
    this.#next = null;
    const { request, context: thread } = isFirst
      ? firstPrompt(context, this.#conversation.resumed, filled.resumed, workspace.path)
      : { request: messages.map(messageText).join('\n\n'), context: null };
    const prompt = {
      request: [...told, request].filter((text) => text !== '').join('\n\n'),
      context: thread,
    };
    return this.#runTurn(this.#conversation, prompt, messages);
  }

  /**
   * Gives Claude something to do that nobody wrote as a message: it comes before the request and the messages that
   * wait.
   *
   * @param onTold is called when Claude has it
   */
  tell(text: string, onTold: () => void = () => undefined): void {
    this.#next = this.#next === null ? text : `${this.#next}\n\n${text}`;
    this.#onTold.push(onTold);
  }

  /** What was done is put back: another try has the task's whole time. */
  startOver(): void {
    this.#workedMs = 0;
  }

  get turn(): number {
    return this.#turn;
  }

  /** The session's state as it is stored for other machines. */
  state(object: string | null, from: State['from'], turn = this.#turn): State {
    const { workspace } = this.#prepared;
    const { recall, job, heard } = this.#context;
    const known = recall.claudeSessionId ?? job.claudeSessionId;
    const claudeSessionId = this.#conversation?.claudeSessionId ?? known;
    return { workspace, claudeSessionId, turn, object, from, messages: [...heard] };
  }

  #hasWork(): boolean {
    const { recall, messages } = this.#context;
    return (this.#turn === 0 && !recall.workDone) || this.#next !== null || messages.hasWaiting;
  }

  async #runTurn(
    conversation: ClaudeConversation,
    prompt: TurnPrompt,
    carried: JobMessage[],
  ): Promise<JobEnd | null> {
    const { stop, messages, monotonic } = this.#context;
    this.#turn += 1;
    const kept = await this.#keepCheckpoint();
    if (kept !== null) return kept;
    if (stop.reason !== null) return endOfStop(stop.reason);
    const limits = this.#timeLeft();
    if (limits.timeLimitMs <= 0) return { type: 'exhausted', limit: 'minutes' };
    const startedAt = monotonic();
    const running = conversation.turn(prompt, {
      ...limits,
      pause: this.#context.pause.switch,
      assignedAtMs: this.#context.assignedAtMs,
      emit: this.#emitter(conversation, carried),
      clean: (stream, text) => this.#context.redactor.next(stream, text),
      keepWhole: (text, side) => this.#context.outputs.keep(text, side),
    });
    const offStop = stop.onStop(() => void conversation.interrupt(interruptReason(stop.reason)));
    messages.openTurn(({ messageId, ...message }) =>
      conversation.say({ id: messageId, text: messageText({ messageId, ...message }) }),
    );
    const endRepeating = this.#context.checkpoints.repeat(() => this.state(null, 'disk', this.#turn - 1));
    const end = await running;
    endRepeating();
    offStop();
    await messages.closeTurn();
    this.#noteHolding(false);
    this.#workedMs += monotonic() - startedAt - this.#heldMs;
    this.#heldMs = 0;
    return stop.reason === null ? endOfTurn(end) : endOfStop(stop.reason);
  }

  /** Passes Claude's facts on. The first one proves that it has the prompt, and the messages that were in it. */
  #emitter(conversation: ClaudeConversation, carried: JobMessage[]) {
    const { emit, messages, pause, onClaudeProcess } = this.#context;
    return (event: Parameters<typeof emit>[0]): void => {
      emit(event);
      if (event.type === 'claude.paused' || event.type === 'claude.resumed') {
        this.#noteHolding(event.type === 'claude.paused');
        pause.isNow(event.type === 'claude.paused');
      }
      if (event.type !== 'claude.started') return;
      onClaudeProcess(conversation.pid);
      messages.taken(carried.splice(0));
      for (const told of this.#onTold.splice(0)) told();
    };
  }

  /** Time in which Claude holds is not the task's. */
  #noteHolding(holds: boolean): void {
    const nowMs = this.#context.monotonic();
    if (this.#heldAtMs !== null) this.#heldMs += nowMs - this.#heldAtMs;
    this.#heldAtMs = holds ? nowMs : null;
  }

  async #keepCheckpoint(): Promise<JobEnd | null> {
    const { stop, emit } = this.#context;
    const kept = await this.#prepared.workspace.checkpoint(this.#turn, {
      signal: stop.signal,
      untouched: this.#turn === 1 && !this.#prepared.filled.resumed,
    });
    if (!kept.ok) {
      return stop.reason === null ? { type: 'failed', failure: kept.failure } : endOfStop(stop.reason);
    }
    if (kept.kept !== null) {
      emit({ type: 'checkpoint.made', ref: kept.kept.ref, sha: kept.kept.sha });
      // The state before this turn is that after the one before it.
      if (this.#turn > 1) {
        await this.#context.checkpoints.store(this.state(kept.kept.sha, 'disk', this.#turn - 1), true);
      }
    }
    return null;
  }

  #timeLeft(): { timeLimitMs: number; warnAfterMs: number | null } {
    const wholeMs = this.#context.job.options.maxMinutes * MINUTE_MS;
    const warnAfterMs = wholeMs * WARNING_SHARE - this.#workedMs;
    return { timeLimitMs: wholeMs - this.#workedMs, warnAfterMs: warnAfterMs > 0 ? warnAfterMs : null };
  }
}

function interruptReason(reason: StopReason | null): InterruptReason {
  switch (reason?.type) {
    case 'cancelled':
    case 'stopped':
      return reason.type;
    default:
      return 'drained';
  }
}

/** Null: Claude is done. */
function endOfTurn(end: TurnEnd): JobEnd | null {
  switch (end.type) {
    case 'finished':
      return null;
    case 'timed_out':
      return { type: 'exhausted', limit: 'minutes' };
    case 'exhausted':
      return { type: 'exhausted', limit: end.limit };
    case 'failed':
      return { type: 'failed', failure: end.failure };
    case 'interrupted':
      return { type: 'interrupted', reason: `Claude's turn was ended (${end.reason}).` };
  }
}
