import { and, asc, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import type { SessionStatus } from '../../protocol/session.ts';
import type { MessageSource } from '../../protocol/task.ts';
import type { ProjectType } from '../../protocol/workspace.ts';
import type { Reach } from '../access/reach.ts';
import { visibleTo } from '../access/visible-to.ts';
import type { PageCursor } from './page-cursor.ts';
import { sessions } from './schema.ts';

/** By GitHub's numeric id, or by its name at present. */
export type RepositoryFilter = { id: number } | { owner: string; name: string };

/** Which sessions, in which order. Filters that are null leave nothing out. */
export type SessionQuery = {
  /** Whoever asks; sessions out of reach are left out. */
  reach: Reach;
  account: AccountKey | null;
  status: SessionStatus | null;
  projectType: ProjectType | null;
  repository: RepositoryFilter | null;
  assignee: string | null;
  label: string | null;
  source: MessageSource | null;
  /** From this moment (included) to that one (excluded), by the time that the list is sorted by. */
  since: number | null;
  until: number | null;
  /** Words of titles, messages, paths and metadata. */
  text: string | null;
  sort: 'updated' | 'created';
  order: 'desc' | 'asc';
  cursor: PageCursor | null;
  limit: number;
};

/** All sessions that the caller reaches, the last changed first. */
export const NO_FILTERS: Omit<SessionQuery, 'reach' | 'limit'> = {
  ...{ account: null, status: null, projectType: null, repository: null, assignee: null, label: null },
  ...{ source: null, since: null, until: null, text: null, sort: 'updated', order: 'desc', cursor: null },
};

/** Everything that the columns of sessions say by themselves. */
export function plainConditions(query: SessionQuery): SQL | undefined {
  const { reach, account, status, projectType, repository, assignee, source, since, until } = query;
  const time = timeOf(query);
  return and(
    visibleTo(reach, sessions, account),
    status === null ? undefined : eq(sessions.status, status),
    projectType === null ? undefined : eq(sessions.projectType, projectType),
    repository === null ? undefined : ofRepository(repository),
    assignee === null ? undefined : eq(sessions.assignee, assignee),
    source === null ? undefined : eq(sessions.source, source),
    since === null ? undefined : gte(time, since),
    until === null ? undefined : lt(time, until),
    afterCursor(query),
  );
}

export function orderOf(query: SessionQuery): SQL[] {
  const direction = query.order === 'desc' ? desc : asc;
  return [direction(timeOf(query)), direction(sessions.id)];
}

function timeOf({ sort }: SessionQuery) {
  return sort === 'updated' ? sessions.updatedAt : sessions.createdAt;
}

function afterCursor(query: SessionQuery): SQL | undefined {
  const { cursor, order } = query;
  if (cursor === null) return undefined;
  const here = sql`(${timeOf(query)}, ${sessions.id})`;
  const there = sql`(${cursor.at}, ${cursor.id})`;
  return order === 'desc' ? sql`${here} < ${there}` : sql`${here} > ${there}`;
}

/** One value, so that the index by repository also gives the order. Of namesakes the newest has the highest id. */
function ofRepository(filter: RepositoryFilter): SQL {
  if ('id' in filter) return eq(sessions.repositoryId, filter.id);
  const { owner, name } = filter;
  return sql`${sessions.repositoryId} = (SELECT max(id) FROM repositories
    WHERE owner = ${owner} COLLATE NOCASE AND name = ${name} COLLATE NOCASE)`;
}
