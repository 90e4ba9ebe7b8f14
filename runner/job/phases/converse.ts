import { LimitWatch } from '../../automation/limit-watch.ts';
import type { State } from '../../checkpoint/checkpoint-keeper.ts';
import type { ClaudeConversation, TurnPrompt } from '../../claude/driver.ts';
import type { AskPerson } from '../../claude/tool-question.ts';
import { leftQuestion, type OpenQuestion } from '../../questions/open-question.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { JobMessage } from '../message-box.ts';
import { TurnDiffs } from '../turn-diffs.ts';
import { AfterTurn, type Waits } from './after-turn.ts';
import { endOfTurn, interruptReason } from './end-of-turn.ts';
import { openConversation, type Prepared } from './prepare-workspace.ts';
import { sayInOrder } from './say-in-order.ts';
import { firstPart, laterPart, turnPrompt } from './turn-prompt.ts';
import { WorkClock } from './work-clock.ts';

/**
 * The part of a job in which Claude works: one turn, one more for each follow-up that came too late for it, and more
 * until the end criteria hold. Between turns a person may be waited for.
 */
export class Converse {
  readonly #context: JobContext;
  readonly #prepared: Prepared;
  readonly #diffs: TurnDiffs;
  #conversation: ClaudeConversation | null;
  readonly #clock: WorkClock;
  #turn = 0;
  #next: string | null = null;
  /** Claude's last words, until it is decided what follows from them. */
  #answer: string | null = null;
  /** A person is waited for; Claude has not been told anything since. */
  #waits: Waits | null;
  readonly #limits: LimitWatch;
  readonly #afterTurn: AfterTurn;
  #claudeSessionId: string | null = null;
  #onTold: (() => void)[] = [];
  /** Asked by an earlier life of the runner, or by another one. */
  #question: OpenQuestion | null;
  /** Claude's process ended while it waits for an answer. `deferred`: the next one goes on with it by itself. */
  #parked: { deferred: boolean } | null = null;
  #takesUp = false;

  constructor(context: JobContext, prepared: Prepared, diffs: TurnDiffs = new TurnDiffs(context)) {
    this.#context = context;
    this.#diffs = diffs;
    this.#prepared = prepared;
    this.#conversation = prepared.conversation;
    this.#clock = new WorkClock(context.recall.workedMs, context.monotonic);
    this.#waits = context.recall.waits;
    this.#question = leftQuestion(context);
    const { turns: spentTurns, usage, iterations } = context.recall;
    const spent = { turns: spentTurns, usage, iterations };
    this.#limits = new LimitWatch(spent, context.job.options, context.emit);
    this.#afterTurn = new AfterTurn(context, prepared.workspace, this.#limits);
  }

  get conversation(): ClaudeConversation | null {
    return this.#conversation;
  }

  /**
   * Lets Claude work until it is done, no message waits and the end criteria hold. Called again when a message came
   * before the work was captured.
   *
   * @returns null when the work is done.
   */
  async run(): Promise<JobEnd | null> {
    const { finish } = this.#context;
    for (;;) {
      while (this.#hasWork()) {
        const end = await this.step();
        if (end !== null) return this.#sayMissing(end);
      }
      if (finish.isWanted) {
        finish.take();
        this.#waits = null;
        this.#answer = null;
        return null;
      }
      if (this.#waits !== null) {
        const stopped = await this.#waitForPerson(this.#waits);
        if (stopped !== null) return stopped;
        continue;
      }
      const answer = this.#answer;
      this.#answer = null;
      if (answer === null) return null;
      const next = await this.#afterTurn.decide(answer);
      switch (next.type) {
        case 'done':
          return null;
        case 'ended':
          return next.end;
        case 'tell':
          this.tell(next.text);
          break;
        case 'wait':
          this.#waits = next.waits;
          break;
        case 'overtaken':
          break;
      }
    }
  }

  /** One turn with what Claude has not been told yet. @returns null when the turn is over. */
  async step(): Promise<JobEnd | null> {
    const context = this.#context;
    if (context.stop.reason !== null) return endOfStop(context.stop.reason);
    const { filled, workspace } = this.#prepared;
    const unanswered = await this.#askAgain();
    if (unanswered !== null) return unanswered;
    const limit = this.#limits.usedUp();
    if (limit !== null) return { type: 'exhausted', limit };
    this.#conversation ??= await openConversation(context, workspace, this.#limits.spent);
    // Who goes on after a wait has its memory, or is told all of it again.
    const goesOn = context.recall.workDone || (context.recall.waits !== null && this.#conversation.resumed);
    const isFirst = this.#turn === 0 && !goesOn;
    this.#waits = null;
    const takesUp = this.#takesUp;
    this.#takesUp = false;
    // What goes on by itself gets messages while it works.
    const messages = isFirst || takesUp ? [] : context.messages.takeAll();
    const told = this.#next === null ? [] : [this.#next];
    this.#next = null;
    const resumed = { claude: this.#conversation.resumed, folder: filled.resumed };
    const part = isFirst ? firstPart(context, resumed, workspace.path) : laterPart(messages);
    const prompt = await turnPrompt(context, part, { told, takesUp });
    const end = await this.#runTurn(this.#conversation, prompt, messages);
    return end === null && this.#parked !== null ? this.#goOnAnswered(this.#parked.deferred) : end;
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
    this.#clock.startOver();
  }

  get turn(): number {
    return this.#turn;
  }

  /** The session's state as it is stored for other machines. */
  state(object: string | null, from: State['from'], turn = this.#turn): State {
    const { workspace } = this.#prepared;
    const { recall, job, heard } = this.#context;
    const known = recall.claudeSessionId ?? job.claudeSessionId;
    const claudeSessionId = this.#conversation?.claudeSessionId ?? this.#claudeSessionId ?? known;
    return { workspace, claudeSessionId, turn, object, from, messages: [...heard] };
  }

  #hasWork(): boolean {
    const { recall, messages } = this.#context;
    const isUntouched = this.#turn === 0 && !recall.workDone && this.#waits === null;
    return isUntouched || this.#next !== null || messages.hasWaiting;
  }

  /** Claude's process is given free for the while: it is kept where there is room, else resumed from its transcript. */
  async #waitForPerson(waits: Waits): Promise<JobEnd | null> {
    const { stop, messages, finish, emit, checkpoints, onClaudeProcess } = this.#context;
    if (stop.reason !== null) return endOfStop(stop.reason);
    this.#claudeSessionId = this.#conversation?.claudeSessionId ?? this.#claudeSessionId;
    await this.#conversation?.release();
    this.#conversation = null;
    onClaudeProcess(null);
    emit({ type: 'input.wanted', ...waits });
    if (this.#turn > 0) await checkpoints.store(this.state(null, 'disk'), false);
    const message = messages.arrival();
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const offStop = stop.onStop(resolve);
    await Promise.race([message.came, finish.wanted(), stopped]);
    message.off();
    offStop();
    return stop.reason === null ? null : endOfStop(stop.reason);
  }

  /** What was asked before this life is asked again, and Claude goes on when it is answered. */
  async #askAgain(): Promise<JobEnd | null> {
    const { questions } = this.#context;
    const left = this.#question;
    this.#question = null;
    if (left === null || questions === null) return null;
    questions.reopen(left.asked);
    return this.#waitForAnswer(left.asked.questionId, left.deferred);
  }

  /** No process of Claude's is alive meanwhile. */
  async #goOnAnswered(deferred: boolean): Promise<JobEnd | null> {
    const { questions, onClaudeProcess } = this.#context;
    this.#parked = null;
    onClaudeProcess(null);
    questions?.notePark(deferred);
    return (await this.#waitForAnswer(null, deferred)) ?? this.step();
  }

  async #waitForAnswer(questionId: string | null, deferred: boolean): Promise<JobEnd | null> {
    const { questions, stop } = this.#context;
    const answer = (await questions?.answerOf(questionId)) ?? null;
    if (stop.reason !== null) return endOfStop(stop.reason);
    if (answer !== null) this.tell(answer.text, answer.onTold);
    this.#takesUp = deferred;
    return null;
  }

  /** Time in which people are asked is not the task's. */
  readonly #ask: AskPerson = async (question, how) => {
    const verdict = await this.#clock.whileAsking(async () => this.#context.questions?.ask(question, how));
    return verdict ?? { type: 'deny', message: 'Nobody can be asked.' };
  };

  #sayMissing(end: JobEnd): JobEnd {
    return end.type === 'exhausted' ? { ...end, missing: end.missing ?? this.#afterTurn.missing } : end;
  }

  async #runTurn(
    conversation: ClaudeConversation,
    prompt: TurnPrompt,
    carried: JobMessage[],
  ): Promise<JobEnd | null> {
    const { stop, messages, job } = this.#context;
    this.#turn += 1;
    const kept = await this.#keepCheckpoint();
    if (kept !== null) return kept;
    if (stop.reason !== null) return endOfStop(stop.reason);
    const limits = this.#clock.left(job.options);
    if (limits.timeLimitMs <= 0) return { type: 'exhausted', limit: 'minutes' };
    this.#clock.turnStarts();
    const running = conversation.turn(prompt, {
      ...limits,
      tokensLeft: this.#limits.tokensLeft,
      pause: this.#context.pause.switch,
      assignedAtMs: this.#context.assignedAtMs,
      ...(this.#context.questions === null ? {} : { ask: this.#ask }),
      emit: this.#emitter(conversation, carried),
      clean: (stream, text) => this.#context.redactor.next(stream, text),
      keepWhole: (text, side) => this.#context.outputs.keep(text, side),
    });
    const offStop = stop.onStop(() => void conversation.interrupt(interruptReason(stop.reason)));
    messages.openTurn(sayInOrder(this.#context, conversation));
    const endRepeating = this.#context.checkpoints.repeat(() => this.state(null, 'disk', this.#turn - 1));
    const end = await running;
    endRepeating();
    offStop();
    await messages.closeTurn();
    this.#clock.turnEnds();
    this.#answer = end.type === 'finished' ? end.text : null;
    this.#parked = end.type === 'parked' ? end : null;
    return stop.reason === null ? endOfTurn(end) : endOfStop(stop.reason);
  }

  /** Passes Claude's facts on. The first one proves that it has the prompt, and the messages that were in it. */
  #emitter(conversation: ClaudeConversation, carried: JobMessage[]) {
    const { emit, messages, pause, questions, onClaudeProcess } = this.#context;
    return (event: Parameters<typeof emit>[0]): void => {
      emit(event);
      if (event.type === 'claude.turn_ended') this.#limits.add(event);
      if (event.type === 'claude.tool_result') questions?.heard(event.toolUseId);
      if (event.type === 'claude.paused' || event.type === 'claude.resumed') {
        this.#clock.holds(event.type === 'claude.paused');
        pause.isNow(event.type === 'claude.paused');
      }
      if (event.type !== 'claude.started') return;
      onClaudeProcess(conversation.pid);
      messages.taken(carried.splice(0));
      for (const told of this.#onTold.splice(0)) told();
    };
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
      this.#diffs.began(this.#turn, kept.kept.sha, this.#prepared.workspace);
      // The state before this turn is that after the one before it.
      if (this.#turn > 1) {
        await this.#context.checkpoints.store(this.state(kept.kept.sha, 'disk', this.#turn - 1), true);
      }
    }
    return null;
  }
}
