import { z } from 'zod';
import { accountKeySchema } from '../../protocol/ids.ts';
import { momentParameterSchema, momentRangeParameters } from '../../protocol/moments.ts';
import { assigneeSchema, sessionStatusSchema } from '../../protocol/session.ts';
import { messageSourceSchema } from '../../protocol/task.ts';
import { labelSchema } from '../../protocol/task-options.ts';
import { PROJECT_TYPES } from '../../protocol/workspace.ts';
import type { Reach } from '../access/reach.ts';
import type { RepositoryFilter, SessionQuery } from '../record/session-query.ts';
import { countParameter, cursorParameter } from './read-input.ts';

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

/** `owner/name`, or GitHub's numeric id, which survives renames. */
const repositoryParameter = z
  .string()
  .regex(/^(?:[1-9]\d{0,14}|[\w.-]{1,100}\/[\w.-]{1,100})$/, 'must be owner/name or a numeric id')
  .transform((text): RepositoryFilter => {
    const [owner = '', name] = text.split('/');
    return name === undefined ? { id: Number(owner) } : { owner, name };
  });

/** What lists of sessions are asked by. */
export const sessionListQuerySchema = z.object({
  account: accountKeySchema.optional(),
  status: sessionStatusSchema.optional(),
  type: z.enum(PROJECT_TYPES).optional(),
  repository: repositoryParameter.optional(),
  assignee: assigneeSchema.optional(),
  label: labelSchema.optional(),
  source: messageSourceSchema.optional(),
  /** From this moment (included) to that one (excluded), by the time that `sort` names. */
  ...momentRangeParameters,
  /** Other names of the two. */
  since: momentParameterSchema.optional(),
  until: momentParameterSchema.optional(),
  /** Words (of the last one the beginning is enough) of titles, messages, paths, labels and metadata; all of them in one text. */
  q: z.string().trim().min(1).max(200).optional(),
  sort: z.enum(['updated', 'created']).default('updated'),
  order: z.enum(['desc', 'asc']).default('desc'),
  cursor: cursorParameter,
  limit: countParameter(1, MAX_PAGE, DEFAULT_PAGE),
});

export function sessionQueryOf(query: z.output<typeof sessionListQuerySchema>, reach: Reach): SessionQuery {
  const { type, q, sort, order, cursor, limit, from, to, ...filters } = query;
  const { account = null, status = null, repository = null, assignee = null } = filters;
  const { label = null, source = null, since = from ?? null, until = to ?? null } = filters;
  return {
    ...{ reach, account, status, projectType: type ?? null, repository, assignee, label, source },
    ...{ since, until, text: q ?? null, sort, order, cursor, limit },
  };
}
