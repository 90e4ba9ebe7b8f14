/** The writes to issues, comments and labels, with their webhooks; shared by the REST routes and by people's actions. */
import type { JsonObject } from './json.ts';
import type { Account, Comment, Issue, Label, Pull, Reaction, ReactionContent, Repository } from './model.ts';
import { renderComment, renderIssue, renderLabel } from './render/render-issue.ts';
import { renderPull } from './render/render-pull.ts';
import { isPull, type World } from './world.ts';

export type Writer = { account: Account; viaApp: boolean };

export type NewIssue = { title: string; body: string | null; pull?: Pull; labels?: string[] };

const DEFAULT_LABEL_COLOR = 'ededed';

/** The repository's label of that name; GitHub creates it when it is new. */
export function labelOf(world: World, repository: Repository, name: string): Label {
  const key = name.toLowerCase();
  const known = repository.labels.get(key);
  if (known) return known;
  const label = { id: world.nextId(), name, color: DEFAULT_LABEL_COLOR, description: null };
  repository.labels.set(key, label);
  return label;
}

/** Adds an issue, or the conversation of a pull request, without announcing it. */
export function addIssue(world: World, repository: Repository, writer: Writer, written: NewIssue): Issue {
  const at = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: repository.issues.size + 1,
    title: written.title,
    body: written.body,
    state: 'open',
    stateReason: null,
    author: writer.account,
    viaApp: writer.viaApp,
    labels: (written.labels ?? []).map((name) => labelOf(world, repository, name)),
    comments: [],
    reactions: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    pull: written.pull ?? null,
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Announces a change of an issue, or of a pull request, under the event that GitHub has for it. */
export async function announceIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  change: { action: string; sender: Account; fields?: JsonObject },
): Promise<void> {
  const subject: JsonObject = isPull(issue)
    ? { number: issue.number, pull_request: await renderPull(world, repository, issue) }
    : { issue: renderIssue(world, repository, issue) };
  world.announce({
    event: isPull(issue) ? 'pull_request' : 'issues',
    action: change.action,
    repository,
    sender: change.sender,
    fields: { ...subject, ...change.fields },
  });
}

export type IssueChange = {
  title?: string;
  body?: string | null;
  state?: 'open' | 'closed';
  stateReason?: string | null;
};

export async function changeIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  change: IssueChange,
  sender: Account,
): Promise<void> {
  const changes: JsonObject = {};
  issue.updatedAt = world.now();
  if (change.title !== undefined && change.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = change.title;
  }
  if (change.body !== undefined && change.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = change.body;
  }
  if (Object.keys(changes).length > 0) {
    await announceIssue(world, repository, issue, { action: 'edited', sender, fields: { changes } });
  }
  if (change.state === undefined || change.state === issue.state) return;
  issue.state = change.state;
  issue.stateReason = change.stateReason ?? (change.state === 'closed' ? 'completed' : 'reopened');
  issue.closedAt = change.state === 'closed' ? issue.updatedAt : null;
  const action = change.state === 'closed' ? 'closed' : 'reopened';
  await announceIssue(world, repository, issue, { action, sender });
}

function announceComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  change: { action: string; sender: Account; fields?: JsonObject },
): void {
  world.announce({
    event: 'issue_comment',
    action: change.action,
    repository,
    sender: change.sender,
    fields: {
      issue: renderIssue(world, repository, issue),
      comment: renderComment(world, repository, issue, comment),
      ...change.fields,
    },
  });
}

export function newComment(world: World, writer: Writer, issueNumber: number, body: string): Comment {
  const at = world.now();
  return {
    id: world.nextId(),
    issueNumber,
    author: writer.account,
    viaApp: writer.viaApp,
    body,
    edits: [{ body, at, by: writer.account.login }],
    reactions: [],
    createdAt: at,
    updatedAt: at,
  };
}

export function addComment(
  world: World,
  repository: Repository,
  issue: Issue,
  writer: Writer,
  body: string,
): Comment {
  const comment = newComment(world, writer, issue.number, body);
  issue.comments.push(comment);
  issue.updatedAt = comment.createdAt;
  announceComment(world, repository, issue, comment, { action: 'created', sender: writer.account });
  return comment;
}

export function changeComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  edit: { body: string; sender: Account },
): void {
  const from = comment.body;
  comment.body = edit.body;
  comment.updatedAt = world.now();
  comment.edits.push({ body: edit.body, at: comment.updatedAt, by: edit.sender.login });
  const fields = { changes: { body: { from } } };
  announceComment(world, repository, issue, comment, { action: 'edited', sender: edit.sender, fields });
}

export function removeComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  sender: Account,
): void {
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  announceComment(world, repository, issue, comment, { action: 'deleted', sender });
}

/** Adds labels that are not there yet, and announces each. */
export async function addLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  names: string[],
  sender: Account,
): Promise<void> {
  for (const name of names) {
    const label = labelOf(world, repository, name);
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    const fields = { label: renderLabel(world, repository, label) };
    await announceIssue(world, repository, issue, { action: 'labeled', sender, fields });
  }
}

/** Reacts, once a person and content. `created` is false when the same reaction stood there already. */
export function addReaction(
  world: World,
  reactions: Reaction[],
  user: Account,
  content: ReactionContent,
): { reaction: Reaction; created: boolean } {
  const known = reactions.find((reaction) => reaction.user.id === user.id && reaction.content === content);
  if (known) return { reaction: known, created: false };
  const reaction = { id: world.nextId(), content, user, createdAt: world.now() };
  reactions.push(reaction);
  return { reaction, created: true };
}
