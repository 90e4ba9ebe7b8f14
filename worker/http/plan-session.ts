import { v5 as uuidV5 } from 'uuid';
import type { z } from 'zod';
import type { Attachment } from '../../protocol/attachments.ts';
import type { createSessionBodySchema } from '../../protocol/http.ts';
import type { AccountKey, SessionId, TaskId } from '../../protocol/ids.ts';
import type { SessionProject } from '../../protocol/session.ts';
import type { IfFailed, MessageSource, Person } from '../../protocol/task.ts';
import { type TaskOptions, taskOptionsSchema } from '../../protocol/task-options.ts';
import type { Repository, SideRepository, Workspace } from '../../protocol/workspace.ts';
import type { Caller } from '../access/caller.ts';
import type { NewSession, TaskRequest } from '../contracts.ts';
import type { AskedRepository } from './place-repositories.ts';

/** Namespace (RFC 9562 UUIDv5) of sessions made with an Idempotency-Key. Never changes: a retry would miss its session. */
const API_SESSION_NAMESPACE = '5d1f8a54-94d0-5a3e-8f0e-1b7c2f6d9a41';

const MAX_TITLE_CHARS = 100;

export type CreateSession = z.output<typeof createSessionBodySchema>;

/** The same when it is clear where it works. */
export type PlacedSession = Omit<
  CreateSession,
  'workspace' | 'project' | 'repository' | 'ref' | 'repositories'
> & {
  workspace: Workspace;
  project?: SessionProject | undefined;
  /** What lies beside it. */
  repositories?: readonly AskedRepository[] | undefined;
};

/** What the App knows of a repository; null where the workspace is none. */
export type KnownRepository = { account: AccountKey; installationId: number; repository: Repository };

/** The same key gives the same session, so that a repeated request meets what the first one made. */
export function apiSessionId(idempotencyKey: string | null, randomId: SessionId): SessionId {
  return idempotencyKey === null ? randomId : uuidV5(idempotencyKey, API_SESSION_NAMESPACE);
}

/** The session that an API call asks for. */
export function planSession(
  body: PlacedSession,
  id: SessionId,
  source: MessageSource,
  defaultAccount: AccountKey,
  known: KnownRepository | null,
  sides: SideRepository[] = [],
): NewSession {
  return {
    id,
    key: `api:${id}`,
    account: known?.account ?? body.account ?? defaultAccount,
    title: body.title ?? titleOf(body),
    source,
    workspace: withKnownRepository(body.workspace, known),
    thread: null,
    installationId: known?.installationId ?? null,
    ...defined({
      assignee: body.assignee,
      labels: body.labels,
      metadata: body.metadata,
      project: body.project,
      repositories: sides.length === 0 ? undefined : sides,
    }),
  };
}

/** What a caller says of a task that is to be made. */
export type AskedTask = {
  prompt: string;
  options?: TaskOptions | undefined;
  name?: string | undefined;
  start?: boolean | undefined;
  /** Ids by now. */
  after?: TaskId[] | undefined;
  ifFailed?: IfFailed | undefined;
  source?: MessageSource | undefined;
  attachments?: Attachment[] | undefined;
};

/** A request for a task. The trigger is the call itself: a repeat of it has the same key. */
export function planTask(
  { prompt, options, name, start = true, source, after, ifFailed, attachments }: AskedTask,
  caller: { person: Person; source: MessageSource },
  triggerId: string,
): TaskRequest {
  return {
    triggerId,
    source: sourceOf(caller.source, source),
    requester: caller.person,
    request: prompt,
    context: null,
    options: options ?? taskOptionsSchema.parse({}),
    ...defined({ name, held: start ? undefined : (true as const), after, ifFailed, attachments }),
  };
}

/** A program may say what it is; the page is known as what it is. */
export function sourceOf(known: MessageSource, said: MessageSource | undefined): MessageSource {
  return known === 'api' && said !== undefined ? said : known;
}

/** Objects travel to Durable Objects without keys that have no value. */
function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** A key is its caller's own: another's is another key. */
export function scopedKey(
  { proof, person }: Pick<Caller, 'proof' | 'person'>,
  key: string | null,
): string | null {
  return key === null ? null : `${proof.kind === 'api_key' ? proof.id : person.login}/${key}`;
}

export function apiTriggerId(idempotencyKey: string | null, randomId: string): string {
  return `api:${idempotencyKey ?? randomId}`;
}

/** The address that a token is sent to comes from the App's own record, never from the caller. */
function withKnownRepository(workspace: Workspace, known: KnownRepository | null): Workspace {
  if (workspace.type !== 'github' || known === null) return workspace;
  return { ...workspace, repository: known.repository };
}

function titleOf({ prompt, workspace }: PlacedSession): string {
  const firstLine = prompt?.split('\n', 1)[0]?.trim();
  if (firstLine !== undefined && firstLine !== '') return cut(firstLine);
  switch (workspace.type) {
    case 'github':
      return `${workspace.repository.owner}/${workspace.repository.name}`;
    case 'worktree':
    case 'local':
      return cut(workspace.path);
    case 'e2b':
      return workspace.template;
  }
}

function cut(text: string): string {
  return text.length > MAX_TITLE_CHARS ? `${text.slice(0, MAX_TITLE_CHARS - 1)}…` : text;
}
