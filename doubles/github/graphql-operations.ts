import { z } from 'zod';
import type { JsonObject } from './json.ts';
import type { Access, Grants, Repository, ReviewComment } from './model.ts';
import { nodeId } from './render/render-account.ts';
import { findRepository, isPull, pullOf, type World } from './world.ts';

/** One thing that GraphQL is asked for, which REST does not know. */
export type GraphqlOperation = {
  needs: Grants;
  /** Undefined: what the variables name is not there. */
  repositoryOf: (world: World, variables: unknown) => Repository | undefined;
  answer: (repository: Repository, variables: unknown) => JsonObject;
};

/** The operation that a query asks for; null: none that the double serves. */
export function operationOf(query: string): GraphqlOperation | null {
  const found = Object.entries(OPERATIONS).find(([field]) => new RegExp(`\\b${field}\\b`).test(query));
  return found?.[1] ?? null;
}

const placeSchema = z.strictObject({ owner: z.string(), repo: z.string() });
const pullSchema = placeSchema.extend({ number: z.int(), first: z.int().min(1).max(100) });
const threadsSchema = pullSchema.extend({ after: z.string().nullable() });
const commitSchema = placeSchema.extend({ sha: z.string() });
const threadSchema = z.strictObject({ threadId: z.string() });

function named(world: World, variables: unknown): Repository | undefined {
  const { owner, repo } = placeSchema.loose().parse(variables);
  return findRepository(world, owner, repo);
}

const reading = (permissions: readonly string[], answer: GraphqlOperation['answer']): GraphqlOperation => ({
  needs: Object.fromEntries(permissions.map((name) => [name, 'read' satisfies Access])),
  repositoryOf: named,
  answer,
});

/** By a field that no other query has. */
const OPERATIONS: Record<string, GraphqlOperation> = {
  resolveReviewThread: {
    needs: { pull_requests: 'write' },
    repositoryOf: (world, variables) => {
      const { threadId } = threadSchema.parse(variables);
      return world.repositories.find((repository) => threadOf(repository, threadId) !== undefined);
    },
    answer: (repository, variables) => {
      const { threadId } = threadSchema.parse(variables);
      const first = threadOf(repository, threadId);
      if (first !== undefined) first.isResolved = true;
      return { resolveReviewThread: { thread: { id: threadId, isResolved: true } } };
    },
  },
  reviewThreads: reading(['pull_requests'], threadsOf),
  closingIssuesReferences: reading(['pull_requests', 'issues'], linksOf),
  contexts: reading(['statuses'], statusesOf),
};

const idOf = ({ id }: ReviewComment): string => nodeId('PullRequestReviewThread', id);

/** A comment that answers none begins a thread. */
const beginnings = (repository: Repository): ReviewComment[] =>
  [...repository.issues.values()]
    .filter(isPull)
    .flatMap(({ pull }) => pull.reviewComments.filter(({ inReplyToId }) => inReplyToId === null));

const threadOf = (repository: Repository, threadId: string): ReviewComment | undefined =>
  beginnings(repository).find((one) => idOf(one) === threadId);

function threadsOf(repository: Repository, variables: unknown): JsonObject {
  const { number, first, after } = threadsSchema.parse(variables);
  const all = beginnings(repository).filter(({ issueNumber }) => issueNumber === number);
  const start = after === null ? 0 : Number(after);
  const end = start + first;
  const nodes = all.slice(start, end).map((comment) => ({
    id: idOf(comment),
    isResolved: comment.isResolved === true,
    line: comment.line,
    comments: { nodes: [{ body: comment.body, viewerDidAuthor: comment.viaApp }] },
  }));
  const pageInfo = { hasNextPage: end < all.length, endCursor: end < all.length ? String(end) : null };
  return { repository: { pullRequest: { reviewThreads: { pageInfo, nodes } } } };
}

function linksOf(repository: Repository, variables: unknown): JsonObject {
  const { number, first } = pullSchema.parse(variables);
  const linked = [...pullOf(repository, number).pull.linkedIssues].slice(0, first);
  const nodes = linked.map((issue) => ({ number: issue, repository: { databaseId: repository.id } }));
  return { repository: { pullRequest: { closingIssuesReferences: { nodes } } } };
}

/** The latest of each context; a commit that has none has no status. */
function statusesOf(repository: Repository, variables: unknown): JsonObject {
  const { sha } = commitSchema.parse(variables);
  const latest = new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  );
  const contexts = [...latest.values()].map(({ context, state, description, targetUrl }) => ({
    context,
    state: state.toUpperCase(),
    description,
    targetUrl,
  }));
  return { repository: { object: { status: contexts.length === 0 ? null : { contexts } } } };
}
