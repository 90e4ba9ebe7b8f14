import { defaultReply } from '../../protocol/default-reply.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { JobCommand } from '../../protocol/job.ts';
import type { AskedQuestion } from '../../protocol/questions.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import type { AskHow, ToolQuestion, ToolVerdict } from '../claude/tool-question.ts';
import type { JobStop } from '../job/job-stop.ts';
import { describeToolQuestion, shownInput } from './describe-tool-question.ts';
import { permissionOf, type Reply, verdictOf, wordReply } from './word-reply.ts';

/** People who are there answer within minutes; a process that waits for longer is worth its 100 MB to somebody else. */
export const PARK_AFTER_MS = 10 * 60_000;

/** Beside the time that people have: the control plane's clock decides, and its answer comes by a command. */
export type DeskDeps = {
  options: Pick<TaskOptions, 'answerMinutes' | 'onNoAnswer'>;
  emit: (event: RunnerEvent) => void;
  taken: (commandId: number) => void;
  stop: JobStop;
  parkAfterMs: number;
  /** Takes secrets out of what people are shown. */
  clean: (text: string) => string;
};

type AnswerOrder = Extract<JobCommand, { type: 'answer' }> & { commandId: number };
type Entry = {
  asked: AskedQuestion;
  answer: PromiseWithResolvers<Reply>;
  order: AnswerOrder | null;
  settled: boolean;
};

const UNREADABLE = 'The question could not be read. Ask it in another way, or decide yourself.';

/**
 * What Claude asks people, one question after the other, and their answers. An answer counts as taken once Claude has
 * it, so that a runner that is started again hears it again.
 */
export class QuestionDesk {
  readonly #deps: DeskDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #grants: Set<string>;
  /** Permitted for one use, in words, before Claude tried again. */
  readonly #once: { name: string; input: string }[] = [];
  #line: Promise<unknown> = Promise.resolve();
  #parked: Entry | null = null;

  constructor(deps: DeskDeps, known: { grants: readonly string[] }) {
    this.#deps = deps;
    this.#grants = new Set(known.grants);
  }

  /** For the driver: see `AskPerson`. */
  readonly ask = async (question: ToolQuestion, how: AskHow): Promise<ToolVerdict> => {
    if (question.kind === 'permission' && this.#isGranted(question)) {
      return { type: 'allow', input: { ...question.input } };
    }
    const asked = describeToolQuestion(question, this.#deps.clean);
    if (asked === null) return { type: 'deny', message: UNREADABLE };
    if (this.#deps.options.answerMinutes === 0) return this.#decideAlone(question, asked);
    const known = this.#entries.get(asked.questionId);
    if (known !== undefined) return this.#wait(question, known, how);
    const turn = this.#line.then(() => this.#askInTurn(question, asked, how));
    this.#line = turn.catch(() => undefined);
    return turn;
  };

  /** An earlier life of the runner, or another runner, asked this: it is asked again, for whoever waits for it. */
  reopen(asked: AskedQuestion): void {
    this.#entry(asked);
    this.#deps.emit({ type: 'question.asked', ...asked });
  }

  /** @returns false for a question that nobody here has asked; its answer is for Claude in words. */
  receive(order: AnswerOrder): boolean {
    const known = this.#entries.has(order.questionId);
    const entry = this.#entry(order.question);
    if (entry.order === null) {
      entry.order = order;
      entry.answer.resolve({ reply: order.reply, by: order.by });
      this.#grant(entry, { reply: order.reply, by: order.by });
    }
    return known;
  }

  /** Claude has the result of a tool use, and with it the answer to the question of its id. */
  heard(toolUseId: string): void {
    const entry = this.#entries.get(toolUseId);
    if (entry?.order != null) this.#settle(entry);
  }

  /** Claude's process has ended while a question waits. */
  notePark(deferred: boolean): void {
    if (this.#parked === null) return;
    const { questionId } = this.#parked.asked;
    this.#deps.emit({ type: 'question.parked', questionId, deferred });
  }

  /**
   * Waits for the answer to what was asked last, with no process of Claude's alive.
   *
   * @returns the answer in words, and what to call once Claude has them; null when the job has to end before.
   */
  async answerOf(questionId: string | null): Promise<{ text: string; onTold: () => void } | null> {
    const entry = questionId === null ? this.#parked : (this.#entries.get(questionId) ?? null);
    this.#parked = null;
    if (entry === null) return null;
    const { stop } = this.#deps;
    const stopped = Promise.withResolvers<null>();
    const offStop = stop.onStop(() => stopped.resolve(null));
    const reply = await Promise.race([entry.answer.promise, stopped.promise]);
    offStop();
    if (reply === null) return null;
    return { text: wordReply(entry.asked, reply), onTold: () => this.#tell(entry, reply) };
  }

  async #askInTurn(question: ToolQuestion, asked: AskedQuestion, how: AskHow): Promise<ToolVerdict> {
    if (how.signal.aborted) return { type: 'deny', message: UNREADABLE };
    const entry = this.#entry(asked);
    if (entry.order === null) this.#deps.emit({ type: 'question.asked', ...asked });
    return this.#wait(question, entry, how);
  }

  async #wait(question: ToolQuestion, entry: Entry, { signal, mayPark }: AskHow): Promise<ToolVerdict> {
    const { parkAfterMs } = this.#deps;
    const other = Promise.withResolvers<'aborted' | 'park'>();
    const onAbort = () => other.resolve('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setInterval(() => mayPark() && other.resolve('park'), parkAfterMs);
    const reply = await Promise.race([entry.answer.promise, other.promise]);
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
    if (reply === 'park') {
      this.#parked = entry;
      return { type: 'park' };
    }
    if (reply === 'aborted') {
      this.#withdraw(entry);
      return { type: 'deny', message: UNREADABLE };
    }
    return verdictOf(question, entry.asked, reply);
  }

  /** A job that has to end leaves its question open: it is resumed with it, or the control plane ends it. */
  #withdraw(entry: Entry): void {
    if (this.#deps.stop.reason !== null || entry.settled || entry.order !== null) return;
    const { questionId } = entry.asked;
    this.#entries.delete(questionId);
    this.#deps.emit({ type: 'question.settled', questionId, how: 'withdrawn', grants: null });
  }

  #entry(asked: AskedQuestion): Entry {
    const known = this.#entries.get(asked.questionId);
    if (known !== undefined) return known;
    const entry = { asked, answer: Promise.withResolvers<Reply>(), order: null, settled: false };
    this.#entries.set(asked.questionId, entry);
    return entry;
  }

  #settle(entry: Entry): void {
    if (entry.settled || entry.order === null) return;
    entry.settled = true;
    const { questionId, tool } = entry.asked;
    const always = permissionOf(entry.order) === 'always';
    const grants = always ? (tool?.name ?? null) : null;
    this.#deps.emit({ type: 'question.settled', questionId, how: 'answered', grants });
    this.#deps.taken(entry.order.commandId);
  }

  /** Told in words: a permission is for the same use of the tool, which comes under another id. */
  #tell(entry: Entry, reply: Reply): void {
    if (entry.settled) return;
    const { kind, tool } = entry.asked;
    if (kind === 'permission' && tool !== null && permissionOf(reply) === 'once') {
      this.#once.push({ name: tool.name, input: tool.input.text });
    }
    this.#settle(entry);
  }

  #grant({ asked: { tool, kind } }: Entry, reply: Reply): void {
    if (kind === 'permission' && tool !== null && permissionOf(reply) === 'always')
      this.#grants.add(tool.name);
  }

  #isGranted({ name, input }: ToolQuestion): boolean {
    if (this.#grants.has(name)) return true;
    const shown = shownInput(input, this.#deps.clean).text;
    const at = this.#once.findIndex((one) => one.name === name && one.input === shown);
    if (at < 0) return false;
    this.#once.splice(at, 1);
    return true;
  }

  #decideAlone(question: ToolQuestion, asked: AskedQuestion): ToolVerdict {
    const { onNoAnswer } = this.#deps.options;
    const reply = defaultReply(asked, onNoAnswer) ?? defaultReply(asked, 'continue');
    if (reply === null) return { type: 'deny', message: UNREADABLE };
    return verdictOf(question, asked, { reply, by: null });
  }
}
