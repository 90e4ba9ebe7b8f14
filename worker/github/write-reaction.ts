import { inRepository, type WriteTarget } from './write-target.ts';

export type Reaction = {
  /** What is reacted to. A review can't be: its pull request is. */
  subject: 'issue' | 'issue_comment' | 'review_comment';
  /** The comment's id; of no use for an issue. */
  subjectId: number;
  /** `eyes`: seen; `rocket`: Claude has it; `-1`: Claude never got it; `confused`: something is wrong with it. */
  content: 'eyes' | 'confused' | 'rocket' | '-1';
};

/** Adds a reaction. GitHub keeps one of a kind per author, so a second try changes nothing. */
export async function writeReaction({ octokit, thread }: WriteTarget, reaction: Reaction): Promise<void> {
  const { subject, subjectId, content } = reaction;
  const repository = inRepository(thread);
  switch (subject) {
    case 'issue':
      await octokit.rest.reactions.createForIssue({
        ...repository,
        issue_number: thread.issueNumber,
        content,
      });
      return;
    case 'issue_comment':
      await octokit.rest.reactions.createForIssueComment({ ...repository, comment_id: subjectId, content });
      return;
    case 'review_comment':
      await octokit.rest.reactions.createForPullRequestReviewComment({
        ...repository,
        comment_id: subjectId,
        content,
      });
      return;
  }
}
