import { z } from 'zod';
import type { Comment, Issue, Repository } from '../model.ts';
import { forbidden, notFound } from '../refusal.ts';
import { renderComment } from '../render/render-issue.ts';
import { issueOf, permissionOf } from '../world.ts';
import { addComment, changeComment, removeComment } from '../write-conversation.ts';
import {
  actorOf,
  actsAsApp,
  created,
  noContent,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const commentBody = z.object({ body: z.string() });

export type PlacedComment = { issue: Issue; comment: Comment };

export function findComment(repository: Repository, id: number): PlacedComment | undefined {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((candidate) => candidate.id === id);
    if (comment) return { issue, comment };
  }
  return undefined;
}

function placedComment(call: RepositoryCall): PlacedComment {
  const found = findComment(call.repository, Number(call.params.comment_id));
  if (!found) throw notFound();
  return found;
}

/** An App may change what others wrote only where its person could: with write access, or as the author. */
function requireAuthorship(call: RepositoryCall, comment: Comment): void {
  if (actsAsApp(call) || comment.author.id === actorOf(call).id) return;
  if (!['admin', 'maintain', 'write'].includes(permissionOf(call.repository, actorOf(call).login)))
    throw forbidden();
}

const render = (call: RepositoryCall, { issue, comment }: PlacedComment) =>
  renderComment(call.world, call.repository, issue, comment);

function since(call: RepositoryCall): (placed: PlacedComment) => boolean {
  const from = Date.parse(call.url.searchParams.get('since') ?? '') || 0;
  return ({ comment }) => comment.updatedAt >= from;
}

const placed = (issue: Issue): PlacedComment[] => issue.comments.map((comment) => ({ issue, comment }));

function listForRepository(call: RepositoryCall): Promise<RestAnswer> {
  const newestFirst = call.url.searchParams.get('direction') === 'desc';
  const all = [...call.repository.issues.values()].flatMap(placed).filter(since(call));
  all.sort((a, b) => (newestFirst ? b.comment.id - a.comment.id : a.comment.id - b.comment.id));
  return paged(call, all, (item) => render(call, item));
}

export const commentRoutes = {
  'issues/list-comments-for-repo': onRepository(listForRepository),
  'issues/list-comments': onRepository((call) => {
    const issue = issueOf(call.repository, call.params.issue_number ?? '');
    return paged(call, placed(issue).filter(since(call)), (item) => render(call, item));
  }),
  'issues/get-comment': onRepository((call) => ok(render(call, placedComment(call)))),
  'issues/create-comment': onRepository((call) => {
    const issue = issueOf(call.repository, call.params.issue_number ?? '');
    const writer = { account: actorOf(call), viaApp: actsAsApp(call) };
    const comment = addComment(call.world, call.repository, issue, writer, parseBody(call, commentBody).body);
    return created(render(call, { issue, comment }));
  }),
  'issues/update-comment': onRepository((call) => {
    const { issue, comment } = placedComment(call);
    requireAuthorship(call, comment);
    const { body } = parseBody(call, commentBody);
    changeComment(call.world, call.repository, issue, comment, { body, sender: actorOf(call) });
    return ok(render(call, { issue, comment }));
  }),
  'issues/delete-comment': onRepository((call) => {
    const { issue, comment } = placedComment(call);
    requireAuthorship(call, comment);
    removeComment(call.world, call.repository, issue, comment, actorOf(call));
    return noContent();
  }),
} satisfies Routes;
