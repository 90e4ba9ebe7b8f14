import type { Usage } from '../../protocol/usage.ts';
import type { ResultMessage, UsageByModel } from './message-schema.ts';

function sum(byModel: UsageByModel): Usage {
  const models = Object.values(byModel);
  const total = (pick: (usage: UsageByModel[string]) => number) =>
    models.reduce((all, usage) => all + pick(usage), 0);
  return {
    inputTokens: Math.round(total((usage) => usage.inputTokens)),
    outputTokens: Math.round(total((usage) => usage.outputTokens)),
    cacheReadTokens: Math.round(total((usage) => usage.cacheReadInputTokens)),
    cacheWriteTokens: Math.round(total((usage) => usage.cacheCreationInputTokens)),
    costUsd: total((usage) => usage.costUSD),
  };
}

function minus(a: Usage, b: Usage): Usage {
  const positive = (value: number) => Math.max(0, value);
  return {
    inputTokens: positive(a.inputTokens - b.inputTokens),
    outputTokens: positive(a.outputTokens - b.outputTokens),
    cacheReadTokens: positive(a.cacheReadTokens - b.cacheReadTokens),
    cacheWriteTokens: positive(a.cacheWriteTokens - b.cacheWriteTokens),
    costUsd: positive(a.costUsd - b.costUsd),
  };
}

/**
 * What one turn cost, sub-agents included. `modelUsage` and `total_cost_usd` count a whole session across its
 * processes; `model_usage_since_last_result` counts this turn. A CLI without it gives the difference to what was
 * seen last.
 *
 * @param seen the session's total at the result before; null when that result came from another process.
 */
export function turnUsage(result: ResultMessage, seen: Usage | null): { turn: Usage; total: Usage } {
  const total = sum(result.modelUsage);
  const since = result.model_usage_since_last_result;
  if (since !== undefined) return { turn: sum(since), total };
  return { turn: seen === null ? total : minus(total, seen), total };
}

/** The model that did most of a turn, for the record. */
export function mainModel(result: ResultMessage): string | null {
  const entries = Object.entries(result.model_usage_since_last_result ?? result.modelUsage);
  entries.sort(([, a], [, b]) => b.costUSD - a.costUSD || b.outputTokens - a.outputTokens);
  return entries[0]?.[0] ?? null;
}
