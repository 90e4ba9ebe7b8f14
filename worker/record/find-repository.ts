import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { RecordDb } from './open-record.ts';
import { repositories } from './schema.ts';

export type InstalledRepository = {
  account: AccountKey;
  installationId: number;
  repository: Repository;
};

/** The same by `owner/name`, of one account. */
export async function findRepositoryNamed(
  db: RecordDb,
  account: AccountKey,
  fullName: string,
): Promise<InstalledRepository | null> {
  const [owner = '', name = ''] = fullName.split('/');
  const rows = await db
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      and(
        eq(repositories.account, account),
        eq(sql`lower(${repositories.owner})`, owner.toLowerCase()),
        eq(sql`lower(${repositories.name})`, name.toLowerCase()),
        isNotNull(repositories.installationId),
      ),
    )
    // A name that was given away belongs to whoever has it now.
    .orderBy(desc(repositories.updatedAt))
    .limit(1);
  return rows[0] === undefined ? null : findRepository(db, rows[0].id);
}

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
