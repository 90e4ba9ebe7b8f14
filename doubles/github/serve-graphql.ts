import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { identifyCaller } from './auth/identify-caller.ts';
import { allows, reaches } from './auth/installation-tokens.ts';
import type { JsonObject } from './json.ts';
import type { Repository, ReviewComment } from './model.ts';
import { Refusal } from './refusal.ts';
import { nodeId } from './render/render-account.ts';
import type { RequestLog } from './request-log.ts';
import type { PageExchange } from './serve-manifest.ts';
import { noteViolation, readBody, sendRefusal } from './serve-rest.ts';
import { findRepository, isPull, type World } from './world.ts';

/** What of GitHub's schema the two operations may name. */
const FIELDS = new Set(
  `query mutation repository owner name pullRequest number reviewThreads first after pageInfo hasNextPage endCursor nodes
   id isResolved line comments body viewerDidAuthor resolveReviewThread input threadId thread String Int ID`.split(
    /\s+/,
  ),
);

const bodySchema = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()) });
const askedSchema = z.strictObject({
  owner: z.string(),
  repo: z.string(),
  number: z.int(),
  first: z.int().min(1).max(100),
  after: z.string().nullable(),
});

export const isGraphql = ({ pathname }: URL): boolean => pathname === '/graphql';

/** Threads of reviews, which REST knows nothing of: they are read, and resolved. */
export async function serveGraphql(
  world: World,
  log: RequestLog,
  { request, record }: PageExchange,
  response: ServerResponse,
): Promise<void> {
  const note = (problem: string) => noteViolation(log, record, 'request', problem);
  const text = await readBody(request);
  let answer: JsonObject;
  try {
    const caller = identifyCaller(world, request.headers.authorization);
    if (caller.kind !== 'installation') throw new Refusal(403, 'Resource not accessible by integration');
    const { query, variables } = bodySchema.parse(JSON.parse(text));
    for (const [name] of query.replaceAll(/\$\w+/g, '').matchAll(/[A-Za-z_]\w*/g)) {
      if (!FIELDS.has(name)) note(`GitHub's schema has no ${name} here, or the double does not serve it`);
    }
    const isWrite = query.trimStart().startsWith('mutation');
    const repository = isWrite ? ownerOf(world, variables.threadId) : askedRepository(world, variables);
    const mayDo = allows(caller.grant.permissions, 'pull_requests', isWrite ? 'write' : 'read');
    if (repository === undefined || !reaches(caller.grant, repository)) {
      answer = refused('NOT_FOUND', 'Could not resolve to a node.');
    } else if (!mayDo) answer = refused('FORBIDDEN', 'Resource not accessible by integration');
    else
      answer = { data: isWrite ? resolve(repository, variables.threadId) : threadsOf(repository, variables) };
  } catch (error) {
    if (error instanceof Refusal) return sendRefusal(response, error);
    note(`the GraphQL request does not fit: ${String(error)}`);
    return sendRefusal(response, new Refusal(400, 'Problems parsing JSON'));
  }
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

const refused = (type: string, message: string): JsonObject => ({ data: null, errors: [{ type, message }] });

const threadId = ({ id }: ReviewComment): string => nodeId('PullRequestReviewThread', id);

/** A comment that answers none begins a thread. */
const beginnings = (repository: Repository): ReviewComment[] =>
  [...repository.issues.values()]
    .filter(isPull)
    .flatMap(({ pull }) => pull.reviewComments.filter(({ inReplyToId }) => inReplyToId === null));

const ownerOf = (world: World, id: unknown): Repository | undefined =>
  world.repositories.find((repository) => beginnings(repository).some((one) => threadId(one) === id));

function askedRepository(world: World, variables: unknown): Repository | undefined {
  const { owner, repo } = askedSchema.parse(variables);
  return findRepository(world, owner, repo);
}

function resolve(repository: Repository, id: unknown): JsonObject {
  const first = beginnings(repository).find((one) => threadId(one) === id);
  if (first !== undefined) first.isResolved = true;
  return { resolveReviewThread: { thread: { id: String(id), isResolved: true } } };
}

function threadsOf(repository: Repository, variables: unknown): JsonObject {
  const { number, first, after } = askedSchema.parse(variables);
  const all = beginnings(repository).filter(({ issueNumber }) => issueNumber === number);
  const start = after === null ? 0 : Number(after);
  const end = start + first;
  const nodes = all.slice(start, end).map((comment) => ({
    id: threadId(comment),
    isResolved: comment.isResolved === true,
    line: comment.line,
    comments: { nodes: [{ body: comment.body, viewerDidAuthor: comment.viaApp }] },
  }));
  const pageInfo = { hasNextPage: end < all.length, endCursor: end < all.length ? String(end) : null };
  return { repository: { pullRequest: { reviewThreads: { pageInfo, nodes } } } };
}
