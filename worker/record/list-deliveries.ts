import { desc, eq, sql } from 'drizzle-orm';
import type { DeliveryView } from '../../protocol/http.ts';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { cutPage, type PageCursor } from './page-cursor.ts';
import { deliveries } from './schema.ts';

/** Deliveries of all accounts, the latest first. */
export async function listDeliveries(
  db: RecordDb,
  query: { cursor: PageCursor | null; limit: number },
): Promise<{ items: DeliveryView[]; next: string | null }> {
  const rows = await deliveriesQuery(db, query);
  const page = cutPage(rows, query.limit, (row) => ({ at: row.receivedAt, id: row.id }));
  return { items: page.items.map(({ updatedAt: _updatedAt, ...view }) => view), next: page.next };
}

/** Exported for the test that looks at its plan. */
export function deliveriesQuery(
  db: RecordDb,
  { cursor, limit }: { cursor: PageCursor | null; limit: number },
) {
  const { receivedAt, id } = deliveries;
  return db
    .select()
    .from(deliveries)
    .where(cursor === null ? undefined : sql`(${receivedAt}, ${id}) < (${cursor.at}, ${cursor.id})`)
    .orderBy(desc(receivedAt), desc(id))
    .limit(limit + 1);
}

/** Whose a delivery is; null when the record does not know it. */
export async function findDeliveryAccount(db: RecordDb, id: string): Promise<AccountKey | null> {
  const [row] = await db
    .select({ account: deliveries.account })
    .from(deliveries)
    .where(eq(deliveries.id, id))
    .limit(1);
  return row?.account ?? null;
}
