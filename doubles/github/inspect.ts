/** What tests may look at: copies, so that a test can keep one and compare it with a later one. */
import { diffText } from './git/read-diff.ts';
import { mergeBase, resolveCommit } from './git/read-refs.ts';
import type { CheckRun, CommitStatus, Issue, PullIssue, Repository, Review, ReviewComment } from './model.ts';
import { readPullRefs } from './render/render-pull.ts';
import { isPull, repositoryNamed, type World } from './world.ts';

export type ReactionView = { content: string; user: string };
export type EditView = { body: string; at: number; by: string };
export type CommentView = {
  id: number;
  author: string;
  body: string;
  /** Every version with its time, the first included. */
  edits: EditView[];
  reactions: ReactionView[];
};
export type IssueView = {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  author: string;
  labels: string[];
  comments: CommentView[];
  reactions: ReactionView[];
  isPullRequest: boolean;
};
export type ReviewCommentView = CommentView &
  Pick<ReviewComment, 'path' | 'line' | 'startLine' | 'diffHunk' | 'inReplyToId'> & { isResolved: boolean };
export type PullView = IssueView & {
  base: string;
  head: string;
  /** `owner/name` of the repository that the head lies in. */
  headRepository: string;
  baseSha: string;
  headSha: string;
  draft: boolean;
  reviews: (Pick<Review, 'id' | 'body' | 'state' | 'commitId'> & { author: string })[];
  reviewComments: ReviewCommentView[];
};

const viewReactions = (reactions: Issue['reactions']): ReactionView[] =>
  reactions.map(({ content, user }) => ({ content, user: user.login }));

const viewComment = ({ id, author, body, edits, reactions }: Issue['comments'][number]): CommentView => ({
  id,
  author: author.login,
  body,
  edits: edits.map((edit) => ({ ...edit })),
  reactions: viewReactions(reactions),
});

const viewIssue = (issue: Issue): IssueView => ({
  number: issue.number,
  title: issue.title,
  body: issue.body,
  state: issue.state,
  author: issue.author.login,
  labels: issue.labels.map(({ name }) => name),
  comments: issue.comments.map(viewComment),
  reactions: viewReactions(issue.reactions),
  isPullRequest: issue.pull !== null,
});

async function viewPull(repository: Repository, issue: PullIssue): Promise<PullView> {
  const { pull } = issue;
  const { baseSha, headSha } = await readPullRefs(repository, issue);
  return {
    ...viewIssue(issue),
    base: pull.baseRef,
    head: pull.headRef,
    headRepository: `${pull.headRepository.owner.login}/${pull.headRepository.name}`,
    baseSha,
    headSha,
    draft: pull.draft,
    reviews: pull.reviews.map(({ id, author, body, state, commitId }) => ({
      id,
      author: author.login,
      body,
      state,
      commitId,
    })),
    reviewComments: pull.reviewComments.map((comment) => ({
      ...viewComment(comment),
      path: comment.path,
      line: comment.line,
      startLine: comment.startLine,
      isResolved: comment.isResolved === true,
      diffHunk: comment.diffHunk,
      inReplyToId: comment.inReplyToId,
    })),
  };
}

export function createInspection(world: World) {
  function issue(repo: string, number: number): IssueView {
    const found = repositoryNamed(world, repo).issues.get(number);
    if (!found) throw new Error(`The GitHub double has no issue ${repo}#${number}.`);
    return viewIssue(found);
  }

  /** Ids, branches and SHAs as git has them now. */
  function pulls(repo: string): Promise<PullView[]> {
    const repository = repositoryNamed(world, repo);
    const found = [...repository.issues.values()].filter(isPull);
    return Promise.all(found.map((each) => viewPull(repository, each)));
  }

  /** From where the two parted to `head`, as a pull request shows it. */
  async function diff(repo: string, base: string, head: string): Promise<string> {
    const { gitDir } = repositoryNamed(world, repo);
    const [from, to] = [await resolveCommit(gitDir, base), await resolveCommit(gitDir, head)];
    if (!from || !to) throw new Error(`The GitHub double's ${repo} has no ${from ? head : base}.`);
    return diffText(gitDir, (await mergeBase(gitDir, from, to)) ?? from, to);
  }

  return {
    issue,
    pulls,
    diff,
    checkRuns: (repo: string): CheckRun[] =>
      structuredClone([...repositoryNamed(world, repo).checkRuns.values()]),
    statuses: (repo: string): CommitStatus[] => structuredClone(repositoryNamed(world, repo).statuses),
    /** The path of the bare repository. */
    git: (repo: string): string => repositoryNamed(world, repo).gitDir,
  };
}
