import { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { AccountEvent } from './handled-events.ts';
import { toRepository, webhookRepositorySchema } from './webhook-repository.ts';

/** Repositories by their numbers, or everything that an account has. */
export type Repositories = readonly number[] | 'all';

/** What a webhook says of where the App can work. */
export type ReachChange =
  | { type: 'lost'; repositories: Repositories; reason: string }
  | { type: 'regained'; repositories: Repositories }
  /** It has another name, another address or another default branch. */
  | { type: 'changed'; repository: Repository; formerBranch: string | null }
  /** It belongs to another account now: what the former one had going there ends. */
  | { type: 'transferred'; repository: Repository; from: AccountKey; reason: string }
  | { type: 'nothing' };

const idsSchema = z.array(z.object({ id: z.int().positive() })).default([]);
const actionSchema = z.object({ action: z.string() });
const removedSchema = z.object({ repositories_removed: idsSchema, repositories_added: idsSchema });
const ownerSchema = z.object({ id: z.int().positive() });
const repositorySchema = z.object({
  installation: z.object({ id: z.int() }).nullish(),
  repository: webhookRepositorySchema,
  changes: z
    .object({
      default_branch: z.object({ from: z.string() }).optional(),
      owner: z
        .object({ from: z.object({ user: ownerSchema.nullish(), organization: ownerSchema.nullish() }) })
        .optional(),
    })
    .default({}),
});

const NOTHING: ReachChange = { type: 'nothing' };

/** Reads what `readAccountEvent` has taken already, for what has to follow. */
export function readReach(event: AccountEvent, payload: unknown): ReachChange {
  const action = actionSchema.safeParse(payload).data?.action ?? '';
  switch (event) {
    case 'installation':
      return ofInstallation(action);
    case 'installation_repositories':
      return ofRepositories(action, removedSchema.safeParse(payload).data);
    case 'repository': {
      const parsed = repositorySchema.safeParse(payload);
      return parsed.success ? ofRepository(action, parsed.data) : NOTHING;
    }
  }
}

function ofInstallation(action: string): ReachChange {
  switch (action) {
    case 'deleted':
      return { type: 'lost', repositories: 'all', reason: 'The App was uninstalled.' };
    case 'suspend':
      return { type: 'lost', repositories: 'all', reason: 'The App was suspended.' };
    case 'created':
    case 'unsuspend':
      return { type: 'regained', repositories: 'all' };
    default:
      return NOTHING;
  }
}

function ofRepositories(action: string, named: z.output<typeof removedSchema> | undefined): ReachChange {
  const ids = (list: { id: number }[] = []) => list.map(({ id }) => id);
  if (action === 'removed') {
    const reason = 'The repository was taken from the App.';
    return { type: 'lost', repositories: ids(named?.repositories_removed), reason };
  }
  return action === 'added' ? { type: 'regained', repositories: ids(named?.repositories_added) } : NOTHING;
}

function ofRepository(action: string, payload: z.output<typeof repositorySchema>): ReachChange {
  const { changes, installation } = payload;
  const repository = toRepository(payload.repository);
  switch (action) {
    case 'deleted':
      return { type: 'lost', repositories: [repository.id], reason: 'The repository was deleted.' };
    case 'transferred': {
      const from = changes.owner?.from.organization ?? changes.owner?.from.user;
      if (from === null || from === undefined || from.id === payload.repository.owner.id) return NOTHING;
      const reason = `The repository was transferred to ${repository.owner}.`;
      return { type: 'transferred', repository, from: `github:${from.id}`, reason };
    }
    case 'renamed':
    case 'edited':
    case 'privatized':
    case 'publicized': {
      const formerBranch = changes.default_branch?.from ?? null;
      return installation == null ? NOTHING : { type: 'changed', repository, formerBranch };
    }
    default:
      return NOTHING;
  }
}
