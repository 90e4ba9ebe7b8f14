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
import { type Acted, acting, type Stage } from './acting.ts';

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

export function createIssueActions(stage: Stage) {
  const { world } = stage;
  const repositoryOf = ({ repo }: ByPerson) => repositoryNamed(world, repo);

  function openIssue(
    given: ByPerson & { title: string; body?: string; labels?: string[] },
  ): Promise<Acted<{ number: number }>> {
    return acting(stage, async (acted) => {
      const { title, body, labels, author } = given;
      const repository = repositoryOf(given);
      const written = { title, body: body ?? null, ...(labels && { labels }) };
      const issue = addIssue(acted, repository, personWriter(world, author), written);
      await announceIssue(acted, repository, issue, { action: 'opened', sender: issue.author });
      return { number: issue.number };
    });
  }

  /** On an issue or in a pull request's conversation. */
  function commentOnIssue(given: OnIssue & { body: string }): Promise<Acted<{ commentId: number }>> {
    return acting(stage, (acted) => {
      const repository = repositoryOf(given);
      const issue = issueOf(repository, given.number);
      const { id } = addComment(acted, repository, issue, personWriter(world, given.author), given.body);
      return { commentId: id };
    });
  }

  function editComment(given: OnComment & { body: string }): Promise<Acted<object>> {
    return acting(stage, (acted) => {
      const repository = repositoryOf(given);
      const { issue, comment } = commentOf(repository, given.commentId);
      const edit = { body: given.body, sender: accountOf(world, given.author) };
      changeComment(acted, repository, issue, comment, edit);
      return {};
    });
  }

  function deleteComment(given: OnComment): Promise<Acted<object>> {
    return acting(stage, (acted) => {
      const repository = repositoryOf(given);
      const { issue, comment } = commentOf(repository, given.commentId);
      removeComment(acted, repository, issue, comment, accountOf(world, given.author));
      return {};
    });
  }

  /** Of an issue or a pull request. */
  function editIssue(given: OnIssue & { title?: string; body?: string }): Promise<Acted<object>> {
    return acting(stage, async (acted) => {
      const { title, body } = given;
      const change = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
      const repository = repositoryOf(given);
      await changeIssue(
        acted,
        repository,
        issueOf(repository, given.number),
        change,
        accountOf(world, given.author),
      );
      return {};
    });
  }

  function labelIssue(given: OnIssue & { labels: string[] }): Promise<Acted<object>> {
    return acting(stage, async (acted) => {
      const repository = repositoryOf(given);
      const issue = issueOf(repository, given.number);
      await addLabels(acted, repository, issue, given.labels, accountOf(world, given.author));
      return {};
    });
  }

  function setIssueState(given: OnIssue, state: 'open' | 'closed'): Promise<Acted<object>> {
    return acting(stage, async (acted) => {
      const repository = repositoryOf(given);
      await changeIssue(
        acted,
        repository,
        issueOf(repository, given.number),
        { state },
        accountOf(world, given.author),
      );
      return {};
    });
  }

  /** Presses a button that a check run offers, such as Approve. */
  function requestCheckRunAction(given: OnCheckRun & { identifier: string }): Promise<Acted<object>> {
    return acting(stage, async (acted) => {
      const repository = repositoryOf(given);
      const run = runOf(repository, given.checkRunId);
      if (!run.actions.some(({ identifier }) => identifier === given.identifier)) {
        throw new Error(`Check run ${run.id} offers no action ${given.identifier}.`);
      }
      const fields = { requested_action: { identifier: given.identifier } };
      const sender = accountOf(world, given.author);
      await announceCheckRun(acted, repository, run, { action: 'requested_action', sender, fields });
      return {};
    });
  }

  function rerequestCheckRun(given: OnCheckRun): Promise<Acted<object>> {
    return acting(stage, async (acted) => {
      const repository = repositoryOf(given);
      const sender = accountOf(world, given.author);
      await announceCheckRun(acted, repository, runOf(repository, given.checkRunId), {
        action: 'rerequested',
        sender,
      });
      return {};
    });
  }

  return {
    openIssue,
    commentOnIssue,
    editComment,
    deleteComment,
    editIssue,
    labelIssue,
    closeIssue: (given: OnIssue) => setIssueState(given, 'closed'),
    reopenIssue: (given: OnIssue) => setIssueState(given, 'open'),
    requestCheckRunAction,
    rerequestCheckRun,
  };
}
