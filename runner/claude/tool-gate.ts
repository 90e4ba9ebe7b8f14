import type { CanUseTool, HookCallbackMatcher } from '@anthropic-ai/claude-agent-sdk';
import { preToolHook } from './pre-tool-hook.ts';
import { QUESTION_DENIED, type ToolDecision, type ToolRequest } from './tool-policy.ts';
import type { ToolQuestion, ToolVerdict } from './tool-question.ts';

export type DeniedTool = { toolUseId: string; name: string; message: string };

export type ToolListener = {
  onDenied: (denied: DeniedTool) => void;
  /** Only a person can decide. @param mayPark whether Claude Code can put the tool use off */
  onAsk: (question: ToolQuestion, mayPark: boolean) => Promise<ToolVerdict>;
};

/** What Claude Code asks before it runs a tool, and what it is told. */
export class ToolGate<L extends ToolListener> {
  readonly #decide: (request: ToolRequest) => Promise<ToolDecision>;
  readonly #onActive: () => void;
  #listener: L | null = null;
  #heard = Promise.withResolvers<L>();

  constructor(decide: (request: ToolRequest) => Promise<ToolDecision>, onActive: () => void) {
    this.#decide = decide;
    this.#onActive = onActive;
  }

  get listener(): L | null {
    return this.#listener;
  }

  set listener(listener: L | null) {
    this.#listener = listener;
    if (listener === null) this.#heard = Promise.withResolvers();
    else this.#heard.resolve(listener);
  }

  /** Asked for tools that only a person can permit; it can put them off. */
  hook(allowed: readonly string[]): HookCallbackMatcher {
    return preToolHook(allowed, async (request, mayPark) => {
      const decision = await this.#decide(request);
      return decision.type === 'ask' ? this.#ask(request, decision.kind, mayPark) : null;
    });
  }

  readonly canUseTool: CanUseTool = async (name, input, { toolUseID: toolUseId }) => {
    this.#onActive();
    const request = { name, input, toolUseId };
    const decision = await this.#decide(request);
    if (decision.type === 'allow') return { behavior: 'allow', updatedInput: input };
    if (decision.type === 'deny') {
      this.#listener?.onDenied({ toolUseId, name, message: decision.message });
      return { behavior: 'deny', message: decision.message };
    }
    const verdict = await this.#ask(request, decision.kind, false);
    return verdict.type === 'allow'
      ? { behavior: 'allow', updatedInput: verdict.input }
      : { behavior: 'deny', message: verdict.type === 'deny' ? verdict.message : QUESTION_DENIED };
  };

  /** A process that takes up a tool use asks before anybody listens to it. */
  async #ask(request: ToolRequest, kind: ToolQuestion['kind'], mayPark: boolean): Promise<ToolVerdict> {
    this.#onActive();
    const listener = this.#listener ?? (await this.#heard.promise);
    const verdict = await listener.onAsk({ ...request, kind }, mayPark);
    this.#onActive();
    return verdict;
  }
}
