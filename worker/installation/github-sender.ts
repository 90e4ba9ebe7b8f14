import type { SessionId } from '../../protocol/ids.ts';
import { classifyGitHubError, type GitHubFailure } from '../github/classify-github-error.ts';
import type { GitHubApp } from '../github/probot.ts';
import { writeReview } from '../github/review/write-review.ts';
import { writeCheckRun } from '../github/write-check-run.ts';
import { writeReply, writeTrackingComment } from '../github/write-comment.ts';
import { writePullRequest } from '../github/write-pull-request.ts';
import { type Reaction, writeReaction } from '../github/write-reaction.ts';
import { writeSignedCommits } from '../github/write-signed-commits.ts';
import type { WriteTarget } from '../github/write-target.ts';
import type { GitHubThread, GitHubWrite, GitHubWriteResult } from '../github-write.ts';
import type { Logger } from '../logger.ts';
import type { SendResult } from '../storage/outbox-decide.ts';
import { type GitHubRequests, MAX_WAIT_IN_PLACE_MS } from './github-requests.ts';
import { GITHUB_LANE_POLICY } from './installation-writes.ts';
import type { WrittenStore } from './written-store.ts';

/** A reaction that comes after minutes tells nobody anything. */
const MAX_REACTION_ATTEMPTS = 4;

export type SenderDeps = {
  app: () => Promise<GitHubApp>;
  requests: Pick<GitHubRequests, 'waitBeforeWrite'>;
  /** Of the pace. */
  editIntervalMs: number;
  /** GitHub no longer takes an installation's token. */
  forgetTokens: () => void;
  written: WrittenStore;
  tell: (sessionId: SessionId, result: GitHubWriteResult) => void;
  logger: Logger;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Sends the writes of one account to GitHub: one at a time, paced, and each thing once. */
export class GitHubSender {
  readonly #deps: SenderDeps;
  /** Ends when the write before is over: GitHub wants an account's writes one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** GitHub asked for silence until then. */
  #blockedUntilMs = 0;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** When a write may go out at the earliest, by the interval between edits of one comment. */
  notBefore(write: GitHubWrite): number {
    if (write.kind !== 'tracking_comment' || write.urgent) return 0;
    const nowMs = this.#deps.now();
    const { sentMs } = this.#deps.written.get(write.key);
    const unhurriedMs = nowMs + this.#deps.requests.waitBeforeWrite(false);
    return sentMs === null ? 0 : Math.max(sentMs + this.#deps.editIntervalMs, unhurriedMs);
  }

  sendWrite(write: GitHubWrite, sessionId: SessionId | null, attempts: number): Promise<SendResult> {
    return this.#inTurn(write.thread, async (app) => {
      try {
        const result = await this.#write(app, write);
        if (result !== null && sessionId !== null) this.#deps.tell(sessionId, result);
        return { status: 'done' };
      } catch (error) {
        return this.#afterError(error, write, sessionId, attempts);
      }
    });
  }

  sendReaction(key: string, thread: GitHubThread, reaction: Reaction, attempts: number): Promise<SendResult> {
    return this.#inTurn(thread, async (app) => {
      try {
        await writeReaction(await this.#target(app, key, thread), reaction);
        return { status: 'done' };
      } catch (error) {
        const failure = this.#failureOf(error);
        this.#deps.logger.info('github.reaction_failed', { key, reason: failure.reason });
        if (failure.type === 'refused' || attempts + 1 >= MAX_REACTION_ATTEMPTS) return { status: 'done' };
        return { status: 'retry', reason: failure.reason };
      }
    });
  }

  async #write(app: GitHubApp, write: GitHubWrite): Promise<GitHubWriteResult | null> {
    const { key, kind } = write;
    const target = await this.#target(app, key, write.thread);
    const { remoteId: before } = target.known();
    switch (kind) {
      case 'tracking_comment': {
        const { remoteId, url } = await writeTrackingComment(target, key, write.body);
        if (remoteId === before) return null;
        return { key, kind, status: 'done', commentId: remoteId, url: url ?? write.thread.url };
      }
      case 'check_run': {
        const { remoteId } = await writeCheckRun(target, write);
        return remoteId === before ? null : { key, kind, status: 'done', checkRunId: remoteId };
      }
      case 'pull_request': {
        const { remoteId, url, existed } = await writePullRequest(target, write);
        return { key, kind, status: 'done', number: remoteId, url: url ?? write.thread.url, existed };
      }
      case 'signed_commits': {
        const { leftOver, ...signed } = await writeSignedCommits(target, write);
        if (leftOver !== null) this.#deps.logger.warn('github.staged_ref_left', { key, reason: leftOver });
        return { key, kind, status: 'done', ...signed };
      }
      case 'review': {
        const { url, fresh } = await writeReview(target, write);
        return { key, kind, status: 'done', url, fresh };
      }
      case 'reply':
        await writeReply(target, key, write.body);
        return null;
      case 'reaction':
        await writeReaction(target, write.reaction);
        return null;
    }
  }

  #afterError(error: unknown, write: GitHubWrite, sessionId: SessionId | null, attempts: number): SendResult {
    const failure = this.#failureOf(error);
    const { key, kind } = write;
    const last = attempts + 1 >= GITHUB_LANE_POLICY.maxAttempts;
    if (failure.type !== 'refused' && !last) {
      const afterMs = failure.type === 'rate_limited' ? failure.afterMs : 0;
      this.#deps.logger.warn('github.write_retried', { key, kind, reason: failure.reason, attempts });
      return { status: 'retry', reason: failure.reason, afterMs };
    }
    const remedy =
      failure.type === 'refused'
        ? failure.remedy
        : 'GitHub could not be reached for too long; ask for the work again.';
    this.#deps.logger.warn('github.write_parked', { key, kind, reason: failure.reason });
    if (sessionId !== null) {
      this.#deps.tell(sessionId, { key, kind, status: 'parked', message: failure.reason, remedy });
    }
    return { status: 'park', reason: failure.reason };
  }

  #failureOf(error: unknown): GitHubFailure {
    const failure = classifyGitHubError(error, this.#deps.now());
    if (failure.type === 'rate_limited') {
      this.#blockedUntilMs = Math.max(this.#blockedUntilMs, this.#deps.now() + failure.afterMs);
    }
    // The next attempt shows whether a new token helps.
    if (failure.type === 'unauthorized') this.#deps.forgetTokens();
    return failure;
  }

  async #target(app: GitHubApp, key: string, thread: GitHubThread): Promise<WriteTarget> {
    const { written, now } = this.#deps;
    return {
      octokit: await app.octokit(thread.installationId),
      thread,
      known: () => written.get(key),
      save: (changes) => written.save(key, changes, now()),
      nowMs: now,
    };
  }

  /** Waits for its turn and for the pace, then runs. */
  #inTurn(thread: GitHubThread, run: (app: GitHubApp) => Promise<SendResult>): Promise<SendResult> {
    const mine = this.#turn.then(async (): Promise<SendResult> => {
      const waitMs = this.#waitMs();
      if (waitMs > MAX_WAIT_IN_PLACE_MS) {
        return { status: 'later', reason: "Waits for GitHub's limit of writes.", afterMs: waitMs };
      }
      if (waitMs > 0) await this.#deps.sleep(waitMs);
      return run(await this.#deps.app());
    });
    this.#turn = mine.catch((error: unknown) => {
      this.#deps.logger.error('github.sender_failed', { repository: thread.repository.name, error });
    });
    return mine;
  }

  #waitMs(): number {
    const nowMs = this.#deps.now();
    return Math.max(this.#blockedUntilMs - nowMs, this.#deps.requests.waitBeforeWrite(true));
  }
}
