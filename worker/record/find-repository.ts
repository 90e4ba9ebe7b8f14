import { eq } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { RecordDb } from './open-record.ts';
import { repositories } from './schema.ts';

export type InstalledRepository = {
  account: AccountKey;
  installationId: number;
  repository: Repository;
};

/** A repository that the App can reach, whose it is, and through which installation; null when it can't. */
export async function findRepository(
  db: RecordDb,
  repositoryId: number,
): Promise<InstalledRepository | null> {
  const [row] = await db.select().from(repositories).where(eq(repositories.id, repositoryId)).limit(1);
  if (row === undefined || row.installationId === null) return null;
  const { account, installationId, updatedAt: _updatedAt, ...repository } = row;
  return { account, installationId, repository };
}
