/** What people do to issues and conversations in their browser: each changes the state and sends GitHub's webhook. */
import type { CheckRun, Repository } from '../model.ts';
import { findComment, type PlacedComment } from '../routes/comment-routes.ts';
import { accountOf, issueOf, repositoryNamed, type World } from '../world.ts';
import { announceCheckRun } from '../write-check-runs.ts';
import {
  addComment,
  addIssue,
  addLabels,
  announceIssue,
  changeComment,
  changeIssue,
  removeComment,
} from '../write-conversation.ts';
import { type Acted, acting, bindTo, type Stage } from './acting.ts';

type ByPerson = { repo: string; author: string };
type OnIssue = ByPerson & { number: number };
type OnComment = ByPerson & { commentId: number };
type OnCheckRun = ByPerson & { checkRunId: number };

export const personWriter = (world: World, login: string) => ({
  account: accountOf(world, login),
  viaApp: false,
});

function commentOf(repository: Repository, id: number): PlacedComment {
  const found = findComment(repository, id);
  if (!found) throw new Error(`The GitHub double has no comment ${id} in ${repository.name}.`);
  return found;
}

function runOf(repository: Repository, id: number): CheckRun {
  const run = repository.checkRuns.get(id);
  if (!run) throw new Error(`The GitHub double has no check run ${id} in ${repository.name}.`);
  return run;
}

const repositoryOf = ({ world }: Stage, { repo }: ByPerson) => repositoryNamed(world, repo);

function openIssue(
  stage: Stage,
  given: ByPerson & { title: string; body?: string; labels?: string[] },
): Promise<Acted<{ number: number }>> {
  return acting(stage, async (acted) => {
    const { title, body, labels, author } = given;
    const repository = repositoryOf(stage, given);
    const written = { title, body: body ?? null, ...(labels && { labels }) };
    const issue = addIssue(acted, repository, personWriter(stage.world, author), written);
    await announceIssue(acted, repository, issue, { action: 'opened', sender: issue.author });
    return { number: issue.number };
  });
}

/** On an issue or in a pull request's conversation. */
function commentOnIssue(
  stage: Stage,
  given: OnIssue & { body: string },
): Promise<Acted<{ commentId: number }>> {
  return acting(stage, (acted) => {
    const repository = repositoryOf(stage, given);
    const issue = issueOf(repository, given.number);
    const { id } = addComment(acted, repository, issue, personWriter(stage.world, given.author), given.body);
    return { commentId: id };
  });
}

function editComment(stage: Stage, given: OnComment & { body: string }): Promise<Acted<object>> {
  return acting(stage, (acted) => {
    const repository = repositoryOf(stage, given);
    const { issue, comment } = commentOf(repository, given.commentId);
    const edit = { body: given.body, sender: accountOf(stage.world, given.author) };
    changeComment(acted, repository, issue, comment, edit);
    return {};
  });
}

function deleteComment(stage: Stage, given: OnComment): Promise<Acted<object>> {
  return acting(stage, (acted) => {
    const repository = repositoryOf(stage, given);
    const { issue, comment } = commentOf(repository, given.commentId);
    removeComment(acted, repository, issue, comment, accountOf(stage.world, given.author));
    return {};
  });
}

/** Of an issue or a pull request. */
function editIssue(stage: Stage, given: OnIssue & { title?: string; body?: string }): Promise<Acted<object>> {
  return acting(stage, async (acted) => {
    const { title, body } = given;
    const change = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
    const repository = repositoryOf(stage, given);
    await changeIssue(
      acted,
      repository,
      issueOf(repository, given.number),
      change,
      accountOf(stage.world, given.author),
    );
    return {};
  });
}

function labelIssue(stage: Stage, given: OnIssue & { labels: string[] }): Promise<Acted<object>> {
  return acting(stage, async (acted) => {
    const repository = repositoryOf(stage, given);
    const issue = issueOf(repository, given.number);
    await addLabels(acted, repository, issue, given.labels, accountOf(stage.world, given.author));
    return {};
  });
}

function setIssueState(stage: Stage, given: OnIssue, state: 'open' | 'closed'): Promise<Acted<object>> {
  return acting(stage, async (acted) => {
    const repository = repositoryOf(stage, given);
    await changeIssue(
      acted,
      repository,
      issueOf(repository, given.number),
      { state },
      accountOf(stage.world, given.author),
    );
    return {};
  });
}

/** Presses a button that a check run offers, such as Approve. */
function requestCheckRunAction(
  stage: Stage,
  given: OnCheckRun & { identifier: string },
): Promise<Acted<object>> {
  return acting(stage, async (acted) => {
    const repository = repositoryOf(stage, given);
    const run = runOf(repository, given.checkRunId);
    if (!run.actions.some(({ identifier }) => identifier === given.identifier)) {
      throw new Error(`Check run ${run.id} offers no action ${given.identifier}.`);
    }
    const fields = { requested_action: { identifier: given.identifier } };
    const sender = accountOf(stage.world, given.author);
    await announceCheckRun(acted, repository, run, { action: 'requested_action', sender, fields });
    return {};
  });
}

function rerequestCheckRun(stage: Stage, given: OnCheckRun): Promise<Acted<object>> {
  return acting(stage, async (acted) => {
    const repository = repositoryOf(stage, given);
    const sender = accountOf(stage.world, given.author);
    await announceCheckRun(acted, repository, runOf(repository, given.checkRunId), {
      action: 'rerequested',
      sender,
    });
    return {};
  });
}

export function createIssueActions(stage: Stage) {
  const bound = bindTo(stage);
  return {
    openIssue: bound(openIssue),
    commentOnIssue: bound(commentOnIssue),
    editComment: bound(editComment),
    deleteComment: bound(deleteComment),
    editIssue: bound(editIssue),
    labelIssue: bound(labelIssue),
    closeIssue: (given: OnIssue) => setIssueState(stage, given, 'closed'),
    reopenIssue: (given: OnIssue) => setIssueState(stage, given, 'open'),
    requestCheckRunAction: bound(requestCheckRunAction),
    rerequestCheckRun: bound(rerequestCheckRun),
  };
}
