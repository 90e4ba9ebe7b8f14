import type { HookCallbackMatcher } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { ToolRequest } from './tool-policy.ts';
import type { ToolVerdict } from './tool-question.ts';

/** A hook without a time of its own is given up after a minute; people take hours. Seconds, as the SDK wants them. */
const HOOK_LIMIT_S = 7 * 24 * 3_600;

const hookInputSchema = z.object({
  tool_name: z.string(),
  tool_input: z.record(z.string(), z.unknown()),
  tool_use_id: z.string(),
  /** Set in a sub-agent, whose tool uses Claude Code can't keep. */
  agent_id: z.string().nullish(),
});

/** Every tool but these, which run without asking anybody: a hook costs each call of a tool a round trip. */
export function toolsThatMayAsk(allowed: readonly string[]): string {
  const names = allowed.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\\\*$/, '.*'));
  return `^(?!(?:${names.join('|')})$).*`;
}

/**
 * A hook of Claude Code before a tool runs. Unlike its question for a permission it may put the tool use off until
 * another process takes it up.
 *
 * @param decide null: the tool goes the usual way
 */
export function preToolHook(
  allowed: readonly string[],
  decide: (request: ToolRequest, mayDefer: boolean) => Promise<ToolVerdict | null>,
): HookCallbackMatcher {
  return {
    matcher: toolsThatMayAsk(allowed),
    timeout: HOOK_LIMIT_S,
    hooks: [
      async (input) => {
        const parsed = hookInputSchema.safeParse(input);
        if (!parsed.success) return {};
        const { tool_name: name, tool_input, tool_use_id: toolUseId, agent_id } = parsed.data;
        const verdict = await decide({ name, input: tool_input, toolUseId }, agent_id == null);
        return verdict === null
          ? {}
          : { hookSpecificOutput: { hookEventName: 'PreToolUse', ...answerOf(verdict) } };
      },
    ],
  };
}

function answerOf(verdict: ToolVerdict) {
  switch (verdict.type) {
    case 'allow':
      return { permissionDecision: 'allow' as const, updatedInput: verdict.input };
    case 'deny':
      return { permissionDecision: 'deny' as const, permissionDecisionReason: verdict.message };
    case 'park':
      return { permissionDecision: 'defer' as const };
  }
}
