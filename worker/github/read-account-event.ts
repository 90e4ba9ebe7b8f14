import { z } from 'zod';
import type { AccountKey } from '../../protocol/ids.ts';
import type { Repository } from '../../protocol/workspace.ts';
import type { AccountEvent } from './handled-events.ts';
import { payloadMismatch } from './payload-mismatch.ts';
import { toRepository, webhookRepositorySchema } from './webhook-repository.ts';

export type AccountFacts = {
  key: AccountKey;
  login: string;
  kind: 'user' | 'organization';
  installationId: number | null;
};

/** What a webhook says of the App's reach. */
export type AccountNews =
  | {
      status: 'news';
      key: AccountKey;
      installationId: number | null;
      /** Null: nothing new of the account itself. */
      account: AccountFacts | null;
      /** Ask GitHub for the installation's repositories; webhooks name them without their branch. */
      listRepositories: number | null;
      reachable: Repository[];
      unreachable: Repository[];
    }
  | { status: 'invalid'; reason: string };

const accountSchema = z.object({
  id: z.int().positive(),
  login: z.string(),
  type: z.string().optional(),
  html_url: z.url().optional(),
});
const shortRepositorySchema = z.object({
  id: z.int().positive(),
  name: z.string(),
  full_name: z.string(),
  private: z.boolean(),
});
type ShortRepository = z.output<typeof shortRepositorySchema>;
const shortList = z.array(shortRepositorySchema).default([]);

const installationSchema = z.object({
  action: z.string(),
  installation: z.object({ id: z.int().positive(), account: accountSchema }),
  repositories: shortList,
  repositories_removed: shortList,
});
const repositoryEventSchema = z.object({
  action: z.string(),
  installation: z.object({ id: z.int().positive() }).nullish(),
  repository: webhookRepositorySchema,
});

/** Reads `installation`, `installation_repositories` and `repository` events. */
export function readAccountEvent(event: AccountEvent, payload: unknown): AccountNews {
  switch (event) {
    case 'installation':
    case 'installation_repositories': {
      const parsed = installationSchema.safeParse(payload);
      return parsed.success ? ofInstallation(parsed.data) : payloadMismatch(parsed.error);
    }
    case 'repository': {
      const parsed = repositoryEventSchema.safeParse(payload);
      return parsed.success ? ofRepository(parsed.data) : payloadMismatch(parsed.error);
    }
  }
}

function ofInstallation(payload: z.output<typeof installationSchema>): AccountNews {
  const { action, installation, repositories, repositories_removed: removed } = payload;
  const { account } = installation;
  const gone = action === 'deleted' || action === 'suspend';
  const short = (repository: ShortRepository) => fromShort(repository, account);
  return {
    status: 'news',
    key: `github:${account.id}`,
    installationId: installation.id,
    account: factsOf(account, gone ? null : installation.id),
    listRepositories: gone || action === 'removed' ? null : installation.id,
    reachable: [],
    unreachable: [...(gone ? repositories : []), ...removed].map(short),
  };
}

function ofRepository(payload: z.output<typeof repositoryEventSchema>): AccountNews {
  const repository = toRepository(payload.repository);
  const reaches = payload.action !== 'deleted' && typeof payload.installation?.id === 'number';
  return {
    status: 'news',
    key: `github:${payload.repository.owner.id}`,
    installationId: payload.installation?.id ?? null,
    account: null,
    listRepositories: null,
    reachable: reaches ? [repository] : [],
    unreachable: reaches ? [] : [repository],
  };
}

function factsOf(account: z.output<typeof accountSchema>, installationId: number | null): AccountFacts {
  const kind = account.type === 'Organization' ? 'organization' : 'user';
  return { key: `github:${account.id}`, login: account.login, kind, installationId };
}

/** A repository that is out of reach: its address and branch are of no use any more, but the record wants them. */
function fromShort(short: ShortRepository, account: z.output<typeof accountSchema>): Repository {
  const origin = new URL(account.html_url ?? 'https://github.com').origin;
  const htmlUrl = `${origin}/${short.full_name}`;
  return {
    id: short.id,
    owner: account.login,
    name: short.name,
    cloneUrl: `${htmlUrl}.git`,
    htmlUrl,
    defaultBranch: 'main',
    private: short.private,
  };
}
