import { type InsightGroup, insightGroupSchema } from '../../protocol/insights.ts';
import { dayOf, type Filters, momentsOf } from '../records/filters.ts';

export const PERIOD_DAYS = [7, 30, 90, 365] as const;
export const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** What is asked of the API: whole days, the end left out. */
export type Asked = {
  by: InsightGroup;
  from: string;
  to: string;
  account: string | undefined;
  repository: number | undefined;
  requester: string | undefined;
  model: string | undefined;
};

/** What the address asks for. Days named one by one go before a number of days up to today. */
export function askedOf(filters: Filters, nowMs: number): Asked {
  const { from, to } = momentsOf(filters);
  const end = to ?? dayOf(nowMs + DAY_MS);
  const days = PERIOD_DAYS.find((one) => String(one) === filters.days) ?? DEFAULT_DAYS;
  const repository = Number(filters.repository);
  return {
    by: insightGroupSchema.safeParse(filters.by).data ?? 'repository',
    from: from ?? dayOf(Date.parse(end) - days * DAY_MS),
    to: end,
    account: filters.account,
    repository: Number.isInteger(repository) && repository > 0 ? repository : undefined,
    requester: filters.requester,
    model: filters.model,
  };
}
