import { and, asc, isNotNull, like, or } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { RepositoryChoice } from '../../protocol/repositories.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { RecordDb } from './open-record.ts';
import { repositories } from './schema.ts';

/** The repositories that the App reaches and the caller may see, by name. */
export async function listRepositories(
  db: RecordDb,
  { reach, account, text, limit }: { reach: Reach; account: AccountKey | null; text: string; limit: number },
): Promise<{ items: RepositoryChoice[]; more: boolean }> {
  const { id, owner, name, defaultBranch } = repositories;
  const begins = `${text.replace(/[%_]/g, '')}%`;
  const columns = { account: repositories.account, repositoryId: id };
  const rows = await db
    .select({ id, account: repositories.account, owner, name, defaultBranch, private: repositories.private })
    .from(repositories)
    .where(
      and(
        visibleTo(reach, columns, account),
        isNotNull(repositories.installationId),
        text === '' ? undefined : or(like(name, begins), like(owner, begins)),
      ),
    )
    .orderBy(asc(repositories.account), asc(owner), asc(name))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(({ owner, name, ...row }) => ({
    ...row,
    repository: `${owner}/${name}`,
  }));
  return { items, more: rows.length > limit };
}
