import type { z } from 'zod';
import type { Caller } from '../auth/identify-caller.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Account, Repository } from '../model.ts';
import type { OperationId } from '../openapi/operation-ids.ts';
import { invalidRequest, notFound } from '../refusal.ts';
import type { World } from '../world.ts';

export type RestCall = {
  world: World;
  caller: Caller;
  url: URL;
  params: Record<string, string>;
  /** Fits GitHub's description of the operation; undefined when nothing was sent. */
  body: unknown;
  /** The `Accept` header: some operations answer raw text or a diff. */
  accept: string;
  repository: Repository | undefined;
};
export type RepositoryCall = RestCall & { repository: Repository };

export type RestAnswer =
  | { kind: 'json'; status: number; body: Json; headers?: Record<string, string> }
  | { kind: 'text'; status: number; text: string }
  | { kind: 'empty'; status: number; headers?: Record<string, string> };

export type Handler = (call: RestCall) => RestAnswer | Promise<RestAnswer>;
type RepositoryHandler = (call: RepositoryCall) => RestAnswer | Promise<RestAnswer>;
export type Routes = Partial<Record<OperationId, Handler>>;

export const ok = (body: Json): RestAnswer => ({ kind: 'json', status: 200, body });
export const created = (body: Json): RestAnswer => ({ kind: 'json', status: 201, body });
export const noContent = (): RestAnswer => ({ kind: 'empty', status: 204 });

/** A handler below `/repos/{owner}/{repo}`. */
export const onRepository =
  (handler: RepositoryHandler): Handler =>
  (call) => {
    if (!call.repository) throw notFound();
    return handler({ ...call, repository: call.repository });
  };

/** Who the call acts as: the App's bot for an installation token, the person for a user's. */
export function actorOf(call: RestCall): Account {
  return call.caller.kind === 'user' ? call.caller.account : call.world.app.bot;
}

export const actsAsApp = (call: RestCall): boolean => call.caller.kind === 'installation';

export function parseBody<T>(call: RestCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body ?? {});
  if (!parsed.success) throw invalidRequest(parsed.error.issues.map((issue) => issue.message).join('\n'));
  return parsed.data;
}

/** GitHub's page sizes. */
const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

export function perPageOf(call: RestCall): number {
  const asked = Number(call.url.searchParams.get('per_page') ?? DEFAULT_PER_PAGE);
  return Math.min(Math.max(Number.isInteger(asked) ? asked : DEFAULT_PER_PAGE, 1), MAX_PER_PAGE);
}

export function linkTo(call: RestCall, changes: Record<string, string>, rel: string): string {
  const url = new URL(`${call.world.baseUrl}${call.url.pathname}${call.url.search}`);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return `<${url}>; rel="${rel}"`;
}

/** One page of a list, with GitHub's `Link` header. `wrap` puts it into the object that some lists are part of. */
export async function paged<T>(
  call: RestCall,
  items: readonly T[],
  render: (item: T) => Json | Promise<Json>,
  wrap?: (page: Json[], total: number) => JsonObject,
): Promise<RestAnswer> {
  const size = perPageOf(call);
  const page = Math.max(Number(call.url.searchParams.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const links = [
    ...(page > 1 ? [linkTo(call, { page: String(page - 1) }, 'prev')] : []),
    ...(page < last ? [linkTo(call, { page: String(page + 1) }, 'next')] : []),
    ...(page < last ? [linkTo(call, { page: String(last) }, 'last')] : []),
    ...(page > 1 ? [linkTo(call, { page: '1' }, 'first')] : []),
  ];
  const rendered = await Promise.all(items.slice((page - 1) * size, page * size).map(render));
  return {
    kind: 'json',
    status: 200,
    body: wrap ? wrap(rendered, items.length) : rendered,
    ...(links.length > 0 && { headers: { link: links.join(', ') } }),
  };
}

/** Accounts named in a path, without creating them. */
export const knownAccount = (world: World, login: string): Account => {
  const account = world.accounts.get(login.toLowerCase());
  if (!account) throw notFound();
  return account;
};
