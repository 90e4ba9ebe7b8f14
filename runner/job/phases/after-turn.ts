import { randomUUID } from 'node:crypto';
import type { RunnerEvent } from '../../../protocol/events.ts';
import { Automation } from '../../automation/automation.ts';
import type { LimitWatch } from '../../automation/limit-watch.ts';
import { runCommand } from '../../commands/run-command.ts';
import { smallModel } from '../../policy/small-model.ts';
import type { SessionWorkspace } from '../../workspace/workspace-types.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';

/** What a person is wanted for. */
export type Waits = Omit<Extract<RunnerEvent, { type: 'input.wanted' }>, 'type'>;

export type TurnNext =
  | { type: 'done' }
  /** A person was faster: what he wants goes first. */
  | { type: 'overtaken' }
  | { type: 'tell'; text: string }
  | { type: 'wait'; waits: Waits }
  | { type: 'ended'; end: JobEnd };

/** An end command is a quick look at the work; what takes longer is a gate. */
const END_COMMAND_LIMIT_MS = 10 * 60_000;

/** Decides what comes after a turn in which Claude thought that it was done. */
export class AfterTurn {
  readonly #context: JobContext;
  readonly #limits: LimitWatch;
  readonly #automation: Automation;

  constructor(context: JobContext, workspace: SessionWorkspace, limits: LimitWatch) {
    const { job, policy, driver, emit, redactor, outputs } = context;
    this.#context = context;
    this.#limits = limits;
    this.#automation = new Automation({
      options: job.options,
      request: job.prompt.request,
      model: smallModel(policy, job.options.model),
      ask: (question) => driver.ask(question),
      runCommand: async (command, signal) => {
        const git = context.commands.sandbox === null ? null : await workspace.gitFolders;
        const { path } = workspace;
        const request = { command, cwd: path, folder: path, git, timeLimitMs: END_COMMAND_LIMIT_MS, signal };
        return runCommand(request, context.commands);
      },
      readChanges: (signal) => readChanges(workspace, signal),
      clean: (text) => redactor.text(text),
      keepWhole: (text) => outputs.keep(text, 'output'),
      emit,
      onSpent: (usage) => limits.add({ usage }),
      newNonce: randomUUID,
    });
  }

  /** What the end criteria missed last, for an end by a limit. */
  get missing(): string | null {
    return this.#automation.missing;
  }

  /** @param answer Claude's last words */
  async decide(answer: string): Promise<TurnNext> {
    const { job, stop, messages, finish, emit } = this.#context;
    if (job.options.mode === 'chat')
      return this.#mayGoOn({ type: 'wait', waits: { kind: 'chat', text: null } });
    const overtaken = new AbortController();
    const offStop = stop.onStop(() => overtaken.abort());
    const message = messages.arrival();
    void message.came.then(() => overtaken.abort());
    void finish.wanted().then(() => overtaken.abort());
    const next = await this.#automation.next(answer, this.#limits.spent.iterations, overtaken.signal);
    message.off();
    offStop();
    if (stop.reason !== null) return { type: 'ended', end: endOfStop(stop.reason) };
    if (messages.hasWaiting || finish.isWanted) return { type: 'overtaken' };
    switch (next.type) {
      case 'done':
        if (next.notice !== null)
          emit({ type: 'notice', level: 'warning', text: next.notice.slice(0, 4_000) });
        return { type: 'done' };
      case 'exhausted':
        return { type: 'ended', end: { type: 'exhausted', limit: 'iterations', missing: next.missing } };
      case 'ask_person':
        return { type: 'wait', waits: { kind: 'automation', text: next.text.slice(0, 4_000) } };
      case 'go_on':
        return this.#mayGoOn({ type: 'tell', text: this.#goOn(next.by, next.text) });
    }
  }

  #goOn(by: 'responder' | 'criteria', whole: string): string {
    const text = whole.slice(0, 8_000);
    this.#limits.add({ iterations: 1 });
    const { iterations: iteration } = this.#limits.spent;
    this.#context.emit({ type: 'automation.continued', iteration, by, text });
    return text;
  }

  /** Nothing is begun, and nobody waited for, once a limit is used up. */
  #mayGoOn(next: TurnNext): TurnNext {
    const limit = this.#limits.usedUp();
    return limit === null
      ? next
      : { type: 'ended', end: { type: 'exhausted', limit, missing: this.missing } };
  }
}

async function readChanges(workspace: SessionWorkspace, signal: AbortSignal): Promise<string | null> {
  const captured = await workspace.capture(signal);
  if (!captured.ok) return null;
  if (!captured.changed) return 'Nothing was changed.';
  const files = captured.files.map(({ path, status }) => `${status} ${path}`);
  return [...files, captured.patch.text].join('\n');
}
