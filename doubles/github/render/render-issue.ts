import type { JsonObject } from '../json.ts';
import type { Comment, Issue, Label, Reaction, Repository } from '../model.ts';
import { associationOf, timestamp, type World } from '../world.ts';
import { nodeId, renderAccount, viaApp } from './render-account.ts';
import { apiUrl, htmlUrl } from './render-repository.ts';

const CONTENTS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export const renderReaction = (world: World, reaction: Reaction): JsonObject => ({
  id: reaction.id,
  node_id: nodeId('Reaction', reaction.id),
  user: renderAccount(world, reaction.user),
  content: reaction.content,
  created_at: timestamp(reaction.createdAt),
});

export function renderRollup(url: string, reactions: Reaction[]): JsonObject {
  const counts = CONTENTS.map((content) => [content, reactions.filter((r) => r.content === content).length]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}

export const renderLabel = (world: World, repository: Repository, label: Label): JsonObject => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${apiUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

/** The page of an issue or pull request. */
export const issuePage = (world: World, repository: Repository, issue: Issue): string =>
  `${htmlUrl(world, repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;

function pullLinks(world: World, repository: Repository, issue: Issue): JsonObject {
  if (!issue.pull) return {};
  const page = issuePage(world, repository, issue);
  return {
    draft: issue.pull.draft,
    pull_request: {
      url: `${apiUrl(world, repository)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: null,
    },
  };
}

/** GitHub's `issue`, of an issue or of a pull request's conversation. */
export function renderIssue(world: World, repository: Repository, issue: Issue): JsonObject {
  const url = `${apiUrl(world, repository)}/issues/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    active_lock_reason: null,
    user: renderAccount(world, issue.author),
    author_association: associationOf(repository, issue.author),
    performed_via_github_app: viaApp(world, issue),
    labels: issue.labels.map((label) => renderLabel(world, repository, label)),
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: timestamp(issue.createdAt),
    updated_at: timestamp(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : timestamp(issue.closedAt),
    url,
    repository_url: apiUrl(world, repository),
    html_url: issuePage(world, repository, issue),
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    labels_url: `${url}/labels{/name}`,
    timeline_url: `${url}/timeline`,
    reactions: renderRollup(url, issue.reactions),
    ...pullLinks(world, repository, issue),
  };
}

/** GitHub's `issue-comment`. */
export function renderComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
): JsonObject {
  const url = `${apiUrl(world, repository)}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url,
    html_url: `${issuePage(world, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${apiUrl(world, repository)}/issues/${issue.number}`,
    body: comment.body,
    user: renderAccount(world, comment.author),
    author_association: associationOf(repository, comment.author),
    performed_via_github_app: viaApp(world, comment),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    reactions: renderRollup(url, comment.reactions),
  };
}
