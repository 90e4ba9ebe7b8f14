import type { RunnerEvent } from '../../protocol/events.ts';
import type { TaskOptions } from '../../protocol/task-options.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { ModelAnswer, ModelQuestion } from '../claude/ask-model.ts';
import { cutToEnd } from '../claude/cut-text.ts';
import type { CommandEnd } from '../commands/run-command.ts';
import { REPLY_SCHEMA, REPLY_SYSTEM, type Reply, readReply, replyPrompt } from './answer-claude.ts';
import { asksSomething } from './asks-something.ts';
import { decideNext, decideReply, type Judged, type Next } from './decide-next.ts';
import {
  JUDGE_SCHEMA,
  JUDGE_SYSTEM,
  judgePrompt,
  readJudgement,
  type SentenceJudgement,
} from './judge-work.ts';
import { fitMaterial, type Material } from './show-parts.ts';

type Judging = Extract<RunnerEvent, { type: 'automation.judged' }>;

/** A judge or a responder answers in seconds; a busy machine and an overloaded API may take much longer. */
const ANSWER_LIMIT_MS = 120_000;

/** What a command's output may take of an event; the whole is kept on the runner. */
const MAX_OUTPUT_BYTES = 20_000;

/** A judge whose quotes are wrong may have miscopied; one that does it again invents them. */
const JUDGE_TRIES = 2;

export type AutomationDeps = {
  options: Pick<TaskOptions, 'endWhen' | 'endCommand' | 'maxIterations'>;
  /** What was asked for. */
  request: string;
  /** The model that judges and answers. */
  model: string;
  ask: (question: ModelQuestion) => Promise<ModelAnswer>;
  runCommand: (line: string, signal: AbortSignal) => Promise<CommandEnd>;
  /** The changed files and their patch; null where they can't be read. */
  readChanges: (signal: AbortSignal) => Promise<string | null>;
  /** Takes secrets out of a command's output before it is cut. */
  clean: (text: string) => string;
  keepWhole: (text: string) => string | null;
  emit: (event: RunnerEvent) => void;
  onSpent: (usage: Usage) => void;
  newNonce: () => string;
};

/** What goes on by itself after a turn of Claude: looks at the end criteria, and answers what Claude asks. */
export class Automation {
  readonly #deps: AutomationDeps;
  #missing: string | null = null;

  constructor(deps: AutomationDeps) {
    this.#deps = deps;
  }

  /** What the end criteria missed when they were looked at last. */
  get missing(): string | null {
    return this.#missing;
  }

  /**
   * Looks at how the task stands and decides what follows.
   *
   * @param answer Claude's last words
   * @param iterations how often the task has gone on by itself
   * @param signal somebody else decides: what is returned then does not count
   */
  async next(answer: string, iterations: number, signal: AbortSignal): Promise<Next> {
    const { options, request } = this.#deps;
    const { maxIterations, endWhen, endCommand } = options;
    const asks = asksSomething(answer);
    const hasCriteria = endWhen !== null || endCommand !== null;
    if (!hasCriteria && !asks) return { type: 'done', notice: null };
    const material: Material = { request, answer, changes: null, command: null };
    const judged = hasCriteria ? await this.#judge(material, iterations + 1, signal) : null;
    const step = decideNext({ judged, asks, iterations, maxIterations });
    if (step.type !== 'reply') return step;
    const changes = await this.#deps.readChanges(signal);
    const { reply, trouble } = await this.#reply({ ...material, changes }, signal);
    return decideReply(judged, reply, trouble);
  }

  /** A sentence is judged only where the command passes: until then it is known what to do. */
  async #judge(material: Material, iteration: number, signal: AbortSignal): Promise<Judged> {
    const { endWhen, endCommand } = this.#deps.options;
    const command = endCommand === null ? null : await this.#runCommand(endCommand, signal);
    const passed = command === null || command.exitCode === 0;
    const shown = command === null ? null : describeCommand(command);
    let sentence: Judging['sentence'] = null;
    let judged: Judged = passed ? { verdict: 'holds' } : { verdict: 'missing', missing: shown ?? '' };
    if (passed && endWhen !== null) {
      const changes = await this.#deps.readChanges(signal);
      const read = await this.#judgeSentence(endWhen, { ...material, changes, command: shown }, signal);
      sentence = { text: endWhen, verdict: read.verdict, evidence: read.evidence };
      judged =
        read.verdict === 'holds' ? { verdict: 'holds' } : { verdict: read.verdict, missing: read.missing };
    }
    const missing = judged.verdict === 'holds' ? null : judged.missing.slice(0, 2_000);
    // What somebody else decides meanwhile leaves no judgement behind.
    if (signal.aborted) return judged;
    this.#missing = missing;
    const holds = judged.verdict === 'holds';
    this.#deps.emit({ type: 'automation.judged', iteration, holds, command, sentence, missing });
    return judged.verdict === 'holds' ? judged : { ...judged, missing: missing ?? '' };
  }

  async #runCommand(line: string, signal: AbortSignal): Promise<NonNullable<Judging['command']>> {
    const { reason, exitCode, output, durationMs } = await this.#deps.runCommand(line, signal);
    const whole = this.#deps.clean(output);
    const cut = cutToEnd(whole, MAX_OUTPUT_BYTES);
    const kept = cut.cut ? this.#deps.keepWhole(whole) : null;
    return {
      line,
      exitCode,
      timedOut: reason === 'timed_out',
      output: kept === null ? cut : { ...cut, kept },
      durationMs,
    };
  }

  async #judgeSentence(criterion: string, given: Material, signal: AbortSignal): Promise<SentenceJudgement> {
    const material = fitMaterial(given);
    let why = '';
    for (let attempt = 0; attempt < JUDGE_TRIES && !signal.aborted; attempt += 1) {
      const prompt = judgePrompt(criterion, material, this.#deps.newNonce());
      const { output, trouble } = await this.#ask('judge', JUDGE_SYSTEM, prompt, JUDGE_SCHEMA, signal);
      if (trouble !== null) {
        why = trouble;
        continue;
      }
      const read = readJudgement(output, material);
      if (read.status === 'usable') return read.judgement;
      why = read.why;
    }
    return { verdict: 'unclear', evidence: [], missing: why };
  }

  async #reply(
    given: Material,
    signal: AbortSignal,
  ): Promise<{ reply: Reply | null; trouble: string | null }> {
    const { endWhen } = this.#deps.options;
    const prompt = replyPrompt(endWhen, fitMaterial(given), this.#deps.newNonce());
    const { output, trouble } = await this.#ask('respond', REPLY_SYSTEM, prompt, REPLY_SCHEMA, signal);
    return { reply: trouble === null ? readReply(output) : null, trouble };
  }

  async #ask(
    purpose: 'judge' | 'respond',
    system: string,
    prompt: string,
    schema: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<{ output: unknown; trouble: string | null }> {
    const { model: asked, ask, emit, onSpent } = this.#deps;
    const question = { model: asked, system, prompt, schema, limitMs: ANSWER_LIMIT_MS, signal };
    const { result, usage, model, durationMs } = await ask(question);
    const trouble = result.status === 'trouble' ? result.message.slice(0, 1_000) : null;
    // A question that somebody's message overtook has cost nothing that is known.
    if (!signal.aborted || usage.costUsd > 0) {
      emit({ type: 'automation.asked', purpose, usage, model, durationMs, trouble });
      onSpent(usage);
    }
    return { output: result.status === 'answered' ? result.output : null, trouble };
  }
}

function describeCommand({ line, exitCode, timedOut, output }: NonNullable<Judging['command']>): string {
  const how = timedOut
    ? 'did not end in time'
    : exitCode === null
      ? 'did not end by itself'
      : `exited with ${exitCode}`;
  const said = output.text.trim().slice(-1_500);
  return `The command \`${line}\` ${how}.${said === '' ? '' : `\n\n${said}`}`;
}
