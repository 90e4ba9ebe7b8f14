import type { z } from 'zod';
import {
  type AuditEntry,
  type AuditVerdict,
  auditPageSchema,
  auditVerdictSchema,
} from '../../protocol/audit.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import { type FleetView, fleetViewSchema } from '../../protocol/fleet-view.ts';
import {
  type DeliveryView,
  deliveryPageSchema,
  eventPageSchema,
  messagePageSchema,
  sessionAnswerSchema,
} from '../../protocol/http.ts';
import type { MessageView } from '../../protocol/task.ts';
import type { ChaosWorld } from '../world/start-world.ts';

const EVENTS_A_PAGE = 1_000;
const ITEMS_A_PAGE = 100;

/** What the control plane says of itself, asked past every proxy. */
export type Look = ReturnType<typeof lookInto>;

export function lookInto({ api, account }: ChaosWorld) {
  const pages = async <T>(
    path: string,
    schema: z.ZodType<{ items: T[]; next: string | null }>,
    isEnough: (items: readonly T[]) => boolean = () => false,
  ): Promise<T[]> => {
    const all: T[] = [];
    let next: string | null = null;
    do {
      const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
      const page = await api.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${ITEMS_A_PAGE}${cursor}`,
        schema,
      );
      all.push(...page.items);
      next = page.next;
    } while (next !== null && !isEnough(all));
    return all;
  };
  return {
    session: (id: string) => api.get(`/api/sessions/${id}`, sessionAnswerSchema),
    messages: (id: string): Promise<MessageView[]> =>
      pages(`/api/sessions/${id}/messages`, messagePageSchema),
    async log(id: string): Promise<LoggedEvent[]> {
      const all: LoggedEvent[] = [];
      for (;;) {
        const path = `/api/sessions/${id}/events?after=${all.at(-1)?.id ?? 0}&limit=${EVENTS_A_PAGE}`;
        const { events } = await api.get(path, eventPageSchema);
        all.push(...events);
        if (events.length < EVENTS_A_PAGE) return all;
      }
    },
    /** The audit log: whether its chain is whole, and its lines, the latest first, as many as name these sessions. */
    async audit(sessionIds: readonly string[]): Promise<{ verdict: AuditVerdict; lines: AuditEntry[] }> {
      const of = `account=${encodeURIComponent(account)}`;
      const verdict = await api.get(`/api/audit/verify?${of}`, auditVerdictSchema);
      const lines = await pages(`/api/audit?${of}`, auditPageSchema, (items) => {
        const named = new Set(items.map(({ target }) => target.id.split('.')[0]));
        return sessionIds.every((id) => named.has(id));
      });
      return { verdict, lines };
    },
    fleet: (): Promise<FleetView> => api.get('/api/runners', fleetViewSchema),
    /** The latest first, until those that are wanted are among them. */
    async deliveries(wanted: ReadonlySet<string>): Promise<DeliveryView[]> {
      const path = `/api/deliveries?account=${encodeURIComponent(account)}`;
      return pages(path, deliveryPageSchema, (items) => {
        const ids = new Set(items.map(({ id }) => id));
        return [...wanted].every((id) => ids.has(id));
      });
    },
  };
}
