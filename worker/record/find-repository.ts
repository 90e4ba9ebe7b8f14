import { eq } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RecordDb } from './open-record.ts';
import { repositories } from './schema.ts';

/** Whose a repository is and through which installation the App reaches it; null when it does not. */
export async function findRepository(
  db: RecordDb,
  repositoryId: number,
): Promise<{ account: AccountKey; installationId: number } | null> {
  const [row] = await db
    .select({ account: repositories.account, installationId: repositories.installationId })
    .from(repositories)
    .where(eq(repositories.id, repositoryId))
    .limit(1);
  if (row === undefined || row.installationId === null) return null;
  return { account: row.account, installationId: row.installationId };
}
