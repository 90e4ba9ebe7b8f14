import type { TaskId } from '../protocol/ids.ts';
import type { Finding } from '../protocol/review.ts';
import type { Repository } from '../protocol/workspace.ts';
import type { CheckAction } from './github/check-actions.ts';
import type { Reaction } from './github/write-reaction.ts';

/** Where on GitHub a request came from, and where its answers go. */
export type GitHubThread = {
  installationId: number;
  repository: Repository;
  issueNumber: number;
  isPullRequest: boolean;
  /** The issue's or pull request's page. */
  url: string;
  /** Head commit for the check run; null on an issue, where the base branch's head serves. */
  headSha: string | null;
};

/** What became of a write to GitHub that a session asked for. */
export type GitHubWriteResult =
  | { key: string; kind: 'tracking_comment'; status: 'done'; commentId: number; url: string }
  | { key: string; kind: 'check_run'; status: 'done'; checkRunId: number }
  | { key: string; kind: 'pull_request'; status: 'done'; number: number; url: string; existed: boolean }
  | { key: string; kind: 'review'; status: 'done'; url: string | null; fresh: number }
  | ({ key: string; kind: 'signed_commits'; status: 'done' } & SignedCommits)
  | { key: string; kind: GitHubWrite['kind']; status: 'parked'; message: string; remedy: string };

/**
 * A write to GitHub, handed over durably. `key` names the thing written (one comment, one check run, one pull
 * request a task); a later write with the same key replaces an earlier one that was not sent yet.
 */
export type GitHubWrite =
  | {
      kind: 'tracking_comment';
      key: string;
      taskId: TaskId;
      thread: GitHubThread;
      body: string;
      /** Terminal states go out at once; others wait for the edit interval. */
      urgent: boolean;
    }
  | {
      kind: 'check_run';
      key: string;
      /** Null: of a repository's own settings, or of a commit that nobody has asked anything about. */
      taskId: TaskId | null;
      /** What it is called on GitHub; a task's is "Signalbox". */
      name?: string;
      annotations?: CheckAnnotation[];
      thread: GitHubThread;
      /** The pushed commit, or a pull request's head until then. Work on an issue has no check before its push. */
      headSha: string;
      title: string;
      summary: string;
      /** Buttons; none where it is left out. */
      actions?: CheckAction[];
      state: { status: 'queued' | 'in_progress' } | { status: 'completed'; conclusion: CheckConclusion };
      detailsUrl: string;
      /** Names a request to have the check run anew: it is made once more instead of changed. */
      again?: string;
      /** It is not made where a task has its check run on the commit. */
      unlessThere?: true;
    }
  /** With a `number` it is open: its text is written anew. */
  | {
      kind: 'pull_request';
      key: string;
      taskId: TaskId;
      thread: GitHubThread;
      head: string;
      base: string;
      title: string;
      body: string;
      number?: number;
    }
  /** Commits that lie beside a branch are made anew by GitHub, which signs them, and the branch moved to the last. */
  | {
      kind: 'signed_commits';
      key: string;
      taskId: TaskId;
      thread: GitHubThread;
      branch: string;
      staged: { ref: string; sha: string; tree: string; commits: number };
    }
  /** One review of a pull request at one commit; what of it stands where is decided when it is written. */
  | {
      kind: 'review';
      key: string;
      taskId: TaskId;
      thread: GitHubThread;
      headSha: string;
      /** The branch that the pull request is for. */
      base: string;
      summary: string;
      findings: Finding[];
      sessionUrl: string;
    }
  | { kind: 'reply'; key: string; taskId: TaskId | null; thread: GitHubThread; body: string }
  /** What became of a message. One that comes late tells nobody anything: it is tried a few times only. */
  | { kind: 'reaction'; key: string; taskId: TaskId | null; thread: GitHubThread; reaction: Reaction };

/** What GitHub made of them. `reason`: its word for whether they are verified, such as `valid` or `unsigned`. */
export type SignedCommits = { sha: string; verified: boolean; reason: string };

/** What a check says beside a line of a file. GitHub takes 50 a call. */
export type CheckAnnotation = {
  path: string;
  line: number;
  message: string;
  /** `failure` where it is left out. */
  level?: 'notice' | 'warning' | 'failure';
};

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'timed_out'
  | 'action_required';
