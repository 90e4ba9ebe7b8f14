/* Made from the API's description by `npm run describe`; edits are lost. */

export type TaskOptions = {
  model?: string | null;
  maxMinutes?: number;
  maxTurns?: number | null;
  maxUsd?: number | null;
  labels?: string[];
  approval?: 'pull_request' | 'before_push' | 'none';
  priority?: 'low' | 'normal' | 'high';
  concurrency?: { group: string; limit: number } | null;
  commitMessage?: string | null;
  commitStyle?: 'one' | 'several';
  verifiedCommits?: boolean;
  mode?: 'automation' | 'chat';
  endWhen?: string | null;
  endCommand?: string | null;
  outputSchema?: { type: 'object' } | null;
  maxIterations?: number;
  maxTokens?: number | null;
  warnAt?: number;
  tests?: boolean;
  review?: boolean;
  answerMinutes?: number;
  onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
};
export type Workspace =
  | {
      type: 'github';
      repository: {
        id: number;
        owner: string;
        name: string;
        cloneUrl: string;
        htmlUrl: string;
        defaultBranch: string;
        private: boolean;
      };
      ref:
        | { kind: 'branch'; base: string; commit?: string }
        | {
            kind: 'pull';
            number: number;
            headRef: string;
            headSha: string;
            baseRef: string;
            baseSha: string;
            fork: boolean;
          };
    }
  | { type: 'worktree'; path: string; baseRef?: string }
  | { type: 'local'; path: string }
  | { type: 'e2b'; template: string };
export type AttentionItem = {
  id: string;
  account: string;
  kind: 'delivery' | 'github_write' | 'record_write' | 'message' | 'lease' | 'job' | 'schedule' | 'source';
  status: 'parked' | 'held_up';
  what: string;
  since: number;
  attempts: number;
  lastError: string | null;
  remedy: string;
  sessionId: string | null;
  taskId: string | null;
  canRetry: boolean;
  canDismiss: boolean;
};
export type AuditEntry = {
  account: string;
  number: number;
  at: number;
  actor: {
    kind: 'admin_key' | 'browser' | 'api_key' | 'share_link' | 'runner' | 'github' | 'schedule' | 'signalbox';
    id: string | null;
    name: string;
  };
  action: string;
  target: { kind: string; id: string; name: string | null };
  outcome: 'done' | 'refused' | 'failed' | 'unknown';
  problem: string | null;
  address: string | null;
  userAgent: string | null;
  details: Record<string, unknown>;
  previousHash: string;
  hash: string;
};
export type Checkpoint = {
  version: 1;
  id: string;
  epoch: number;
  ordinal: number;
  turn: number;
  madeAt: number;
  branch: string;
  tip: string;
  start: string;
  work: string;
  needs: string[];
  claudeSessionId: string | null;
  cwd: string;
  messages: string[];
  sides?: {
    repositoryId: number;
    branch: string;
    tip: string;
    start: string;
    work: string;
    needs: string[];
    bundleBytes: number;
  }[];
  bundleBytes: number;
  transcriptBytes: number;
  taskId: string;
  runnerId: string;
  runnerName: string | null;
  storedAt: number;
};
export type CommandLog = {
  sessionId: string;
  taskId: string;
  toolUseId: string;
  tool: string;
  input: string;
  inputCut: boolean;
  result: string | null;
  resultCut: boolean;
  status: 'running' | 'ok' | 'error';
  durationMs: number | null;
  startedAt: number;
};
export type Delivery = {
  id: string;
  account: string;
  event: string;
  action: string | null;
  status: 'received' | 'done' | 'ignored' | 'parked';
  reason: string | null;
  taskId: string | null;
  attempts: number;
  receivedAt: number;
};
export type JobKey = { kid: string; kty: 'OKP'; crv: 'Ed25519'; x: string };
export type LoggedEvent = {
  id: number;
  at: number;
  taskId: string | null;
  event:
    | { type: 'preflight.check'; name: string; ok: boolean; detail: string; remedy: string | null }
    | {
        type: 'workspace.ready';
        branch: string | null;
        base: string | null;
        head: string | null;
        resumed: boolean;
        durationMs: number;
        continues?:
          | { from: 'checkpoint'; checkpointId: string; storedAt: number; runnerName: string | null }
          | { from: 'beginning'; runnerName: string | null };
      }
    | {
        type: 'repository.ready';
        repositoryId: number;
        repository: string;
        access: 'read' | 'write';
        branch: string | null;
        base: string | null;
        head: string | null;
        resumed: boolean;
      }
    | { type: 'checkpoint.made'; ref: string; sha: string }
    | {
        type: 'claude.started';
        claudeSessionId: string;
        resumed: boolean;
        model: string;
        version: string;
        sinceAssignMs: number;
      }
    | { type: 'claude.text'; text: string; parent: string | null }
    | { type: 'claude.thinking'; text: string; parent: string | null }
    | {
        type: 'claude.tool_use';
        toolUseId: string;
        name: string;
        input: { text: string; bytes: number; cut: boolean; kept?: string };
        parent: string | null;
      }
    | {
        type: 'claude.tool_result';
        toolUseId: string;
        name?: string;
        isError: boolean;
        output: { text: string; bytes: number; cut: boolean; kept?: string };
        durationMs: number | null;
        parent: string | null;
      }
    | { type: 'claude.permission_denied'; toolUseId: string; name: string; message: string }
    | {
        type: 'claude.api_retry';
        attempt: number;
        maxAttempts: number;
        status: number | null;
        delayMs: number;
      }
    | {
        type: 'claude.recovering';
        how: 'back_off' | 'resume';
        failure: {
          kind:
            | 'preflight'
            | 'fetch_failed'
            | 'worktree_failed'
            | 'not_installed'
            | 'not_logged_in'
            | 'api_overloaded'
            | 'api_unreachable'
            | 'api_error'
            | 'usage_limit'
            | 'budget'
            | 'bad_request'
            | 'stalled'
            | 'exited_without_result'
            | 'killed'
            | 'push_rejected'
            | 'push_failed'
            | 'policy'
            | 'disk_full'
            | 'lost'
            | 'no_runner'
            | 'no_answer'
            | 'dependency'
            | 'github_refused'
            | 'internal';
          message: string;
          remedy: string;
          retryAt: number | null;
          transient?: boolean;
        };
        attempt: number;
        maxAttempts: number;
        delayMs: number;
      }
    | {
        type: 'claude.turn_ended';
        isError: boolean;
        terminalReason: string | null;
        text: { text: string; bytes: number; cut: boolean; kept?: string };
        turns: number;
        durationMs: number;
        usage: {
          inputTokens: number;
          outputTokens: number;
          cacheReadTokens: number;
          cacheWriteTokens: number;
          costUsd: number;
        };
        model: string | null;
        structuredOutput?: string;
      }
    | { type: 'claude.paused' }
    | { type: 'claude.resumed' }
    | {
        questionId: string;
        kind: 'question' | 'permission';
        items: {
          text: string;
          header: string | null;
          multiSelect: boolean;
          choices: { label: string; description: string }[];
        }[];
        tool: { name: string; input: { text: string; bytes: number; cut: boolean; kept?: string } } | null;
        type: 'question.asked';
      }
    | { type: 'question.parked'; questionId: string; deferred: boolean }
    | { type: 'question.settled'; questionId: string; how: 'answered' | 'withdrawn'; grants: string | null }
    | { type: 'command.taken'; commandId: number }
    | { type: 'notice'; level: 'info' | 'warning' | 'error'; text: string }
    | {
        type: 'automation.asked';
        purpose: 'judge' | 'respond';
        usage: {
          inputTokens: number;
          outputTokens: number;
          cacheReadTokens: number;
          cacheWriteTokens: number;
          costUsd: number;
        };
        model: string | null;
        durationMs: number;
        trouble: string | null;
      }
    | {
        type: 'automation.judged';
        iteration: number;
        holds: boolean;
        command: {
          line: string;
          exitCode: number | null;
          timedOut: boolean;
          output: { text: string; bytes: number; cut: boolean; kept?: string };
          durationMs: number;
        } | null;
        sentence: {
          text: string;
          verdict: 'holds' | 'missing' | 'unclear';
          evidence: { source: string; quote: string }[];
        } | null;
        missing: string | null;
      }
    | { type: 'automation.continued'; iteration: number; by: 'responder' | 'criteria'; text: string }
    | { type: 'input.wanted'; kind: 'chat' | 'automation'; text: string | null }
    | {
        type: 'work.captured';
        tree: string;
        changed: boolean;
        files: {
          path: string;
          previousPath: string | null;
          status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';
          insertions: number | null;
          deletions: number | null;
        }[];
        filesCut: boolean;
        insertions: number;
        deletions: number;
        patch: { text: string; bytes: number; cut: boolean; kept?: string };
        trees?: { repositoryId: number; tree: string }[];
      }
    | {
        type: 'repository.captured';
        repositoryId: number;
        repository: string;
        tree: string;
        changed: boolean;
        files: {
          path: string;
          previousPath: string | null;
          status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';
          insertions: number | null;
          deletions: number | null;
        }[];
        filesCut: boolean;
        insertions: number;
        deletions: number;
        patch: { text: string; bytes: number; cut: boolean; kept?: string };
      }
    | {
        type: 'turn.captured';
        turn: number;
        tree: string;
        files: {
          path: string;
          previousPath: string | null;
          status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';
          insertions: number | null;
          deletions: number | null;
        }[];
        filesCut: boolean;
        insertions: number;
        deletions: number;
        patch: { text: string; bytes: number; cut: boolean; kept?: string };
      }
    | {
        type: 'work.rejected';
        commandId: number;
        by: string;
        reason: string | null;
        again: boolean;
        messageId: string | null;
      }
    | { type: 'work.reverted'; to: string; rescueRef: string | null }
    | { type: 'tests.written'; files: string[]; filesCut: boolean }
    | { type: 'gates.started'; names: string[] }
    | { type: 'gate.output'; name: string; text: string }
    | {
        type: 'gate.finished';
        gate: {
          name: string;
          kind: 'command' | 'built_in' | 'generated_tests' | 'regression_tests';
          required: boolean;
          status: 'passed' | 'failed' | 'timed_out' | 'broken' | 'skipped';
          detail: string | null;
          exitCode: number | null;
          durationMs: number;
          tests: { total: number; failed: number; skipped: number } | null;
          output: { text: string; bytes: number; cut: boolean; kept?: string };
          annotations: {
            path: string;
            line: number;
            column: number | null;
            level: 'notice' | 'warning' | 'failure';
            message: string;
          }[];
          annotationsCut: boolean;
        };
      }
    | {
        type: 'gates.finished';
        passed: boolean;
        results: {
          name: string;
          required: boolean;
          passed: boolean;
          output: { text: string; bytes: number; cut: boolean; kept?: string };
          durationMs: number;
        }[];
        retry?: number;
      }
    | { type: 'gates.overridden'; tree: string; by: string }
    | { type: 'commit.made'; sha: string; tree: string; branch: string; commits?: number; draft?: true }
    | { type: 'push.done'; sha: string; branch: string }
    | {
        type: 'push.staged';
        repositoryId?: number;
        repository?: string;
        sha: string;
        tree: string;
        branch: string;
        ref: string;
        commits: number;
      }
    | {
        type: 'repository.pushed';
        repositoryId: number;
        repository: string;
        sha: string;
        tree: string;
        branch: string;
      }
    | { type: 'repository.rescued'; repositoryId: number; repository: string; ref: string; sha: string }
    | { type: 'rescue.made'; ref: string; sha: string }
    | {
        type: 'job.finished';
        outcome:
          | { type: 'published'; branch: string; sha: string; tree: string; sidesOnly?: true; draft?: true }
          | { type: 'kept'; branch: string | null }
          | { type: 'unchanged' }
          | {
              type: 'failed';
              failure: {
                kind:
                  | 'preflight'
                  | 'fetch_failed'
                  | 'worktree_failed'
                  | 'not_installed'
                  | 'not_logged_in'
                  | 'api_overloaded'
                  | 'api_unreachable'
                  | 'api_error'
                  | 'usage_limit'
                  | 'budget'
                  | 'bad_request'
                  | 'stalled'
                  | 'exited_without_result'
                  | 'killed'
                  | 'push_rejected'
                  | 'push_failed'
                  | 'policy'
                  | 'disk_full'
                  | 'lost'
                  | 'no_runner'
                  | 'no_answer'
                  | 'dependency'
                  | 'github_refused'
                  | 'internal';
                message: string;
                remedy: string;
                retryAt: number | null;
                transient?: boolean;
              };
              rescueRef: string | null;
            }
          | { type: 'cancelled'; rescueRef: string | null }
          | { type: 'stopped'; rescueRef: string | null }
          | { type: 'rejected'; reverted: boolean; rescueRef: string | null }
          | {
              type: 'exhausted';
              limit: 'turns' | 'usd' | 'minutes' | 'tokens' | 'iterations';
              rescueRef: string | null;
              missing?: string | null;
            }
          | { type: 'interrupted'; reason: string; rescueRef: string | null };
      }
    | {
        type: 'session.created';
        title: string;
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      }
    | {
        type: 'task.created';
        number: number;
        request: string;
        requester: string;
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        attachments?: {
          id: string;
          name: string;
          type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
          bytes: number;
          sha256: string;
        }[];
      }
    | {
        type: 'task.moved';
        from:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        to:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        input:
          | 'assign'
          | 'requeue'
          | 'start'
          | 'ask'
          | 'answer'
          | 'pause'
          | 'resume'
          | 'finish_work'
          | 'begin_gates'
          | 'pass_gates'
          | 'fail_gates'
          | 'retry_gates'
          | 'override_gates'
          | 'approve'
          | 'reject'
          | 'rework'
          | 'complete'
          | 'fail'
          | 'cancel'
          | 'stop'
          | 'exhaust';
        reason: string | null;
      }
    | { type: 'task.held'; held: boolean; by: string }
    | { type: 'session.state_changed'; state: 'open' | 'paused' | 'closed'; by: string }
    | {
        type: 'approval.decided';
        decision: {
          verdict: 'approved' | 'rejected' | 'rework';
          by: string;
          via: 'api' | 'page' | 'comment' | 'check_run';
          reason: string | null;
          tree: string | null;
          at: number;
        };
      }
    | {
        type: 'question.answered';
        questionId: string;
        reply:
          | { type: 'answers'; answers: { choices: string[]; text: string | null }[] }
          | { type: 'declined'; reason: string | null };
        by: string | null;
      }
    | {
        type: 'message.received';
        messageId: string;
        author: string;
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        text: string;
        attachments?: {
          id: string;
          name: string;
          type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
          bytes: number;
          sha256: string;
        }[];
      }
    | { type: 'message.settled'; messageId: string; outcome: 'delivered' | 'dropped' }
    | {
        type: 'job.queued';
        ahead: number | null;
        reason: string | null;
        estimate?: { startsAt: number | null; durationMs: number; basedOn: number } | null;
      }
    | { type: 'task.waits_for'; tasks: string[]; ifFailed: 'fail' | 'start' | 'hold' }
    | {
        type: 'dependency.ended';
        taskId: string | null;
        ended:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | 'gone'
          | null;
        left: number;
        by: string | null;
      }
    | { type: 'job.assigned'; epoch: number; runnerId: string; runnerName: string }
    | { type: 'checkpoint.stored'; id: string; turn: number; bytes: number }
    | { type: 'rescue.reported'; epoch: number; runnerName: string; ref: string; sha: string }
    | {
        type: 'task.reminded';
        state:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        endsAt: number;
      }
    | {
        type: 'write.attended';
        change: 'retried' | 'dismissed' | 'given_up';
        what: string;
        by: string | null;
        reason: string | null;
      }
    | { type: 'job.lost'; epoch: number; reason: string }
    | {
        type: 'pull_request.opened';
        pullRequest: { number: number; url: string };
        updated: boolean;
        repository?: string;
      }
    | {
        type: 'commits.signed';
        sha: string;
        branch: string;
        commits: number;
        verified: boolean;
        reason: string;
        repository?: string;
      }
    | {
        type: 'task.failed';
        failure: {
          kind:
            | 'preflight'
            | 'fetch_failed'
            | 'worktree_failed'
            | 'not_installed'
            | 'not_logged_in'
            | 'api_overloaded'
            | 'api_unreachable'
            | 'api_error'
            | 'usage_limit'
            | 'budget'
            | 'bad_request'
            | 'stalled'
            | 'exited_without_result'
            | 'killed'
            | 'push_rejected'
            | 'push_failed'
            | 'policy'
            | 'disk_full'
            | 'lost'
            | 'no_runner'
            | 'no_answer'
            | 'dependency'
            | 'github_refused'
            | 'internal';
          message: string;
          remedy: string;
          retryAt: number | null;
          transient?: boolean;
        };
      }
    | {
        type: 'task.recovering';
        failure: {
          kind:
            | 'preflight'
            | 'fetch_failed'
            | 'worktree_failed'
            | 'not_installed'
            | 'not_logged_in'
            | 'api_overloaded'
            | 'api_unreachable'
            | 'api_error'
            | 'usage_limit'
            | 'budget'
            | 'bad_request'
            | 'stalled'
            | 'exited_without_result'
            | 'killed'
            | 'push_rejected'
            | 'push_failed'
            | 'policy'
            | 'disk_full'
            | 'lost'
            | 'no_runner'
            | 'no_answer'
            | 'dependency'
            | 'github_refused'
            | 'internal';
          message: string;
          remedy: string;
          retryAt: number | null;
          transient?: boolean;
        };
        recovery: {
          attempt: number;
          maxAttempts: number;
          kind:
            | 'preflight'
            | 'fetch_failed'
            | 'worktree_failed'
            | 'not_installed'
            | 'not_logged_in'
            | 'api_overloaded'
            | 'api_unreachable'
            | 'api_error'
            | 'usage_limit'
            | 'budget'
            | 'bad_request'
            | 'stalled'
            | 'exited_without_result'
            | 'killed'
            | 'push_rejected'
            | 'push_failed'
            | 'policy'
            | 'disk_full'
            | 'lost'
            | 'no_runner'
            | 'no_answer'
            | 'dependency'
            | 'github_refused'
            | 'internal';
          message: string;
          at: number | null;
        };
      };
};
export type Message = {
  id: string;
  taskId: string | null;
  direction: 'in' | 'out';
  source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
  author: string;
  content: string;
  status: 'queued' | 'delivered' | 'dropped';
  attachments?: {
    id: string;
    name: string;
    type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
    bytes: number;
    sha256: string;
  }[];
  createdAt: number;
};
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  remedy: string;
  errors?: { path: string; message: string }[];
};
export type RegistrationToken = {
  id: string;
  name: string | null;
  labels: string[];
  status: 'open' | 'used' | 'expired';
  createdAt: number;
  expiresAt: number;
  runnerId: string | null;
};
export type Runner = {
  id: string;
  name: string;
  status: 'online' | 'draining' | 'offline';
  drainAsked: boolean;
  labels: string[];
  capacity: number;
  version: string | null;
  claudeVersion: string | null;
  jobs: { taskId: string; epoch: number }[];
  metrics: {
    cpuShare: number;
    memoryUsedBytes: number;
    memoryTotalBytes: number;
    diskFreeBytes: number;
    diskTotalBytes: number;
    diskUse?: {
      lookedAt: number;
      maxBytes: number;
      worktrees: number;
      worktreeBytes: number;
      mirrorBytes: number;
      heldBackCount: number;
      heldBackBytes: number;
      heldBack: {
        sessionId: string;
        bytes: number;
        why: 'unpushed' | 'uncommitted' | 'unknown' | 'in_use';
        lastUsedAt: number;
      }[];
    };
  } | null;
  lastSeenAt: number | null;
};
export type Session = {
  id: string;
  key: string;
  account: string;
  title: string;
  source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
  workspace: WorkspaceOutput;
  status: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
  assignee: string | null;
  labels: string[];
  metadata: Record<string, string | number | boolean>;
  branch: string | null;
  url: string | null;
  claudeSessionId: string | null;
  attached?: { by: string; host: string | null; lastReportAt: number };
  project?: {
    id: string;
    name: string;
    repositories: { id: number; repository: string; access: 'read' | 'write'; base: string | null }[];
  };
  repositories?: {
    repository: {
      id: number;
      owner: string;
      name: string;
      cloneUrl: string;
      htmlUrl: string;
      defaultBranch: string;
      private: boolean;
    };
    access: 'read' | 'write';
    base: string;
    branch: string | null;
  }[];
  taskCount: number;
  lastEventId: number;
  createdAt: number;
  updatedAt: number;
};
export type SessionSummary = {
  id: string;
  account: string;
  title: string;
  status: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
  projectType: string;
  repository: string | null;
  branch: string | null;
  source: string;
  assignee: string | null;
  labels: string[];
  taskCount: number;
  costUsd: number;
  createdAt: number;
  updatedAt: number;
};
export type Task = {
  id: string;
  number: number;
  sessionId: string;
  name?: string;
  held?: true;
  after?: {
    taskId: string;
    ended:
      | 'pending'
      | 'pre_flight'
      | 'running'
      | 'waiting_input'
      | 'paused'
      | 'waiting_qa'
      | 'qa_running'
      | 'qa_failed'
      | 'waiting_approval'
      | 'approved'
      | 'completed'
      | 'rejected'
      | 'failed'
      | 'cancelled'
      | 'stopped'
      | 'exhausted'
      | 'gone'
      | null;
  }[];
  ifFailed?: 'fail' | 'start' | 'hold';
  queue?: {
    ahead: number | null;
    reason: string | null;
    estimate: { startsAt: number | null; durationMs: number; basedOn: number } | null;
  };
  state:
    | 'pending'
    | 'pre_flight'
    | 'running'
    | 'waiting_input'
    | 'paused'
    | 'waiting_qa'
    | 'qa_running'
    | 'qa_failed'
    | 'waiting_approval'
    | 'approved'
    | 'completed'
    | 'rejected'
    | 'failed'
    | 'cancelled'
    | 'stopped'
    | 'exhausted';
  stateSince: number;
  request: string;
  source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
  requester: { login: string; id: number | null; name: string | null; email: string | null };
  options: TaskOptionsOutput;
  epoch: number;
  runnerId: string | null;
  runnerName: string | null;
  usage: {
    inputTokens: number;
    outputTokens: number;
    cacheReadTokens: number;
    cacheWriteTokens: number;
    costUsd: number;
  };
  branch: string | null;
  commitSha: string | null;
  pullRequest: { number: number; url: string } | null;
  repositories?: {
    id: number;
    repository: string;
    access: 'read' | 'write';
    branch: string | null;
    changes: { files: number; insertions: number; deletions: number } | null;
    commitSha: string | null;
    pullRequest: { number: number; url: string } | null;
    rescueRef: string | null;
  }[];
  summary: string | null;
  structuredOutput?: string;
  failure: {
    kind:
      | 'preflight'
      | 'fetch_failed'
      | 'worktree_failed'
      | 'not_installed'
      | 'not_logged_in'
      | 'api_overloaded'
      | 'api_unreachable'
      | 'api_error'
      | 'usage_limit'
      | 'budget'
      | 'bad_request'
      | 'stalled'
      | 'exited_without_result'
      | 'killed'
      | 'push_rejected'
      | 'push_failed'
      | 'policy'
      | 'disk_full'
      | 'lost'
      | 'no_runner'
      | 'no_answer'
      | 'dependency'
      | 'github_refused'
      | 'internal';
    message: string;
    remedy: string;
    retryAt: number | null;
    transient?: boolean;
  } | null;
  recovery?: {
    attempt: number;
    maxAttempts: number;
    kind:
      | 'preflight'
      | 'fetch_failed'
      | 'worktree_failed'
      | 'not_installed'
      | 'not_logged_in'
      | 'api_overloaded'
      | 'api_unreachable'
      | 'api_error'
      | 'usage_limit'
      | 'budget'
      | 'bad_request'
      | 'stalled'
      | 'exited_without_result'
      | 'killed'
      | 'push_rejected'
      | 'push_failed'
      | 'policy'
      | 'disk_full'
      | 'lost'
      | 'no_runner'
      | 'no_answer'
      | 'dependency'
      | 'github_refused'
      | 'internal';
    message: string;
    at: number | null;
  };
  rescueRef: string | null;
  rescues?: { ref: string; sha: string; epoch: number; runnerName: string | null; at: number }[];
  automation?: {
    iterations: number;
    missing: string | null;
    wants: { kind: 'chat' | 'automation'; text: string | null } | null;
  };
  work?: { tree: string; files: number; insertions: number; deletions: number };
  decision?: {
    verdict: 'approved' | 'rejected' | 'rework';
    by: string;
    via: 'api' | 'page' | 'comment' | 'check_run';
    reason: string | null;
    tree: string | null;
    at: number;
  };
  gates?: {
    results: {
      name: string;
      kind: 'command' | 'built_in' | 'generated_tests' | 'regression_tests';
      required: boolean;
      status: 'passed' | 'failed' | 'timed_out' | 'broken' | 'skipped';
      detail: string | null;
      exitCode: number | null;
      durationMs: number;
      tests: { total: number; failed: number; skipped: number } | null;
    }[];
    names: string[];
    retries: number;
    overriddenBy: string | null;
    generatedTests: string[];
  };
  question?: {
    id: string;
    taskId: string;
    kind: 'question' | 'permission';
    items: {
      text: string;
      header: string | null;
      multiSelect: boolean;
      choices: { label: string; description: string }[];
    }[];
    tool: { name: string; input: { text: string; bytes: number; cut: boolean; kept?: string } } | null;
    askedAt: number;
    state:
      | { status: 'open'; endsAt: number; onNoAnswer: 'continue' | 'deny' | 'first_choice' | 'stop' }
      | {
          status: 'answered';
          reply:
            | { type: 'answers'; answers: { choices: string[]; text: string | null }[] }
            | { type: 'declined'; reason: string | null };
          by: string | null;
          at: number;
        }
      | { status: 'withdrawn'; at: number };
  };
  endsAt?: number | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
};
export type TaskOptionsOutput = {
  model: string | null;
  maxMinutes: number;
  maxTurns: number | null;
  maxUsd: number | null;
  labels: string[];
  approval: 'pull_request' | 'before_push' | 'none';
  priority: 'low' | 'normal' | 'high';
  concurrency: { group: string; limit: number } | null;
  commitMessage: string | null;
  commitStyle: 'one' | 'several';
  verifiedCommits: boolean;
  mode: 'automation' | 'chat';
  endWhen: string | null;
  endCommand: string | null;
  outputSchema: { type: 'object' } | null;
  maxIterations: number;
  maxTokens: number | null;
  warnAt: number;
  tests: boolean;
  review: boolean;
  answerMinutes: number;
  onNoAnswer: 'continue' | 'deny' | 'first_choice' | 'stop';
};
export type WorkspaceOutput =
  | {
      type: 'github';
      repository: {
        id: number;
        owner: string;
        name: string;
        cloneUrl: string;
        htmlUrl: string;
        defaultBranch: string;
        private: boolean;
      };
      ref:
        | { kind: 'branch'; base: string; commit?: string }
        | {
            kind: 'pull';
            number: number;
            headRef: string;
            headSha: string;
            baseRef: string;
            baseSha: string;
            fork: boolean;
          };
    }
  | { type: 'worktree'; path: string; baseRef?: string }
  | { type: 'local'; path: string }
  | { type: 'e2b'; template: string };
export type Operations = {
  /** Ask whether the Worker is up and its settings are right. */
  'GET /healthz': { answer: { status: 'ok'; protocol: number; now: number } };
  /** Read this description of the API as OpenAPI. */
  'GET /api/openapi.json': { answer: { openapi: string } };
  /** Take one of GitHub's webhook deliveries. */
  'POST /api/github/webhooks': {
    body: Record<string, never>;
    answer: { status: 'stored' | 'duplicate' | 'ignored' };
  };
  /** List an account's webhooks. */
  'GET /api/webhooks': {
    query?: { account?: string };
    answer: {
      items: {
        id: string;
        account: string;
        url: string;
        events:
          | (
              | 'session.created'
              | 'task.created'
              | 'task.started'
              | 'task.waiting'
              | 'task.completed'
              | 'task.rejected'
              | 'task.failed'
              | 'task.cancelled'
              | 'task.stopped'
              | 'task.exhausted'
              | 'pull_request.opened'
              | 'schedule.paused'
            )[]
          | null;
        name: string;
        disabled: 'failing' | 'gone' | 'by_hand' | null;
        failingSince: number | null;
        createdAt: number;
        createdBy: string;
      }[];
    };
  };
  /** Have events sent to an address. */
  'POST /api/webhooks': {
    body: {
      url: string;
      events?:
        | (
            | 'session.created'
            | 'task.created'
            | 'task.started'
            | 'task.waiting'
            | 'task.completed'
            | 'task.rejected'
            | 'task.failed'
            | 'task.cancelled'
            | 'task.stopped'
            | 'task.exhausted'
            | 'pull_request.opened'
            | 'schedule.paused'
          )[]
        | null;
      name?: string;
      account?: string;
    };
    answer: {
      webhook: {
        id: string;
        account: string;
        url: string;
        events:
          | (
              | 'session.created'
              | 'task.created'
              | 'task.started'
              | 'task.waiting'
              | 'task.completed'
              | 'task.rejected'
              | 'task.failed'
              | 'task.cancelled'
              | 'task.stopped'
              | 'task.exhausted'
              | 'pull_request.opened'
              | 'schedule.paused'
            )[]
          | null;
        name: string;
        disabled: 'failing' | 'gone' | 'by_hand' | null;
        failingSince: number | null;
        createdAt: number;
        createdBy: string;
      };
      secret: string;
    };
  };
  /** Change a webhook, switch it off, or on again. */
  'PATCH /api/webhooks/{id}': {
    params: { id: string };
    query?: { account?: string };
    body?: {
      url?: string;
      events?:
        | (
            | 'session.created'
            | 'task.created'
            | 'task.started'
            | 'task.waiting'
            | 'task.completed'
            | 'task.rejected'
            | 'task.failed'
            | 'task.cancelled'
            | 'task.stopped'
            | 'task.exhausted'
            | 'pull_request.opened'
            | 'schedule.paused'
          )[]
        | null;
      name?: string;
      enabled?: boolean;
    };
    answer: {
      id: string;
      account: string;
      url: string;
      events:
        | (
            | 'session.created'
            | 'task.created'
            | 'task.started'
            | 'task.waiting'
            | 'task.completed'
            | 'task.rejected'
            | 'task.failed'
            | 'task.cancelled'
            | 'task.stopped'
            | 'task.exhausted'
            | 'pull_request.opened'
            | 'schedule.paused'
          )[]
        | null;
      name: string;
      disabled: 'failing' | 'gone' | 'by_hand' | null;
      failingSince: number | null;
      createdAt: number;
      createdBy: string;
    };
  };
  /** Delete a webhook, its log and what was on its way. */
  'DELETE /api/webhooks/{id}': { params: { id: string }; query?: { account?: string }; answer: null };
  /** Give a webhook a new secret. */
  'POST /api/webhooks/{id}/secret': {
    params: { id: string };
    query?: { account?: string };
    answer: {
      webhook: {
        id: string;
        account: string;
        url: string;
        events:
          | (
              | 'session.created'
              | 'task.created'
              | 'task.started'
              | 'task.waiting'
              | 'task.completed'
              | 'task.rejected'
              | 'task.failed'
              | 'task.cancelled'
              | 'task.stopped'
              | 'task.exhausted'
              | 'pull_request.opened'
              | 'schedule.paused'
            )[]
          | null;
        name: string;
        disabled: 'failing' | 'gone' | 'by_hand' | null;
        failingSince: number | null;
        createdAt: number;
        createdBy: string;
      };
      secret: string;
    };
  };
  /** Send a webhook a greeting. */
  'POST /api/webhooks/{id}/test': {
    params: { id: string };
    query?: { account?: string };
    answer: { id: string };
  };
  /** List what was sent to a webhook and what it answered, the newest first. */
  'GET /api/webhooks/{id}/deliveries': {
    params: { id: string };
    query?: { account?: string; limit?: number; cursor?: string };
    answer: {
      items: {
        id: string;
        type: string;
        status: 'pending' | 'delivered' | 'failed' | 'skipped';
        createdAt: number;
        attempts: { at: number; httpStatus: number | null; durationMs: number; error: string | null }[];
      }[];
      next: string | null;
    };
  };
  /** Send a message once more. */
  'POST /api/webhooks/{id}/deliveries/{message}/retry': {
    params: { id: string; message: string };
    query?: { account?: string };
    answer: { id: string };
  };
  /** Make a one-time token that signs a browser in as the admin of the deployment. */
  'POST /api/sign-in/tokens': { answer: { token: string; expiresAt: number } };
  /** Say how a browser can be signed in. */
  'GET /api/sign-in': { answer: { link: true; github: boolean } };
  /** Sign a browser in with a one-time token. */
  'POST /api/sign-in': { body: { token: string }; answer: null };
  /** Sign this browser out. */
  'POST /api/sign-out': { answer: null };
  /** List and search sessions, the last changed first. */
  'GET /api/sessions': {
    query?: {
      account?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      type?: 'github' | 'worktree' | 'local' | 'e2b';
      repository?: string;
      assignee?: string;
      label?: string;
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      from?: string;
      to?: string;
      since?: string;
      until?: string;
      q?: string;
      sort?: 'updated' | 'created';
      order?: 'desc' | 'asc';
      cursor?: string;
      limit?: number;
    };
    answer: { items: SessionSummary[]; next: string | null };
  };
  /** Start a session. */
  'POST /api/sessions': {
    body: {
      workspace?: Workspace;
      project?: string;
      repository?: string;
      ref?:
        | { kind: 'branch'; base: string; commit?: string }
        | {
            kind: 'pull';
            number: number;
            headRef: string;
            headSha: string;
            baseRef: string;
            baseSha: string;
            fork: boolean;
          };
      repositories?: { repository: string; access?: 'read' | 'write'; base?: string | null }[];
      title?: string;
      account?: string;
      assignee?: string;
      labels?: string[];
      metadata?: Record<string, string | number | boolean>;
      prompt?: string;
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      template?: { name: string; variables?: Record<string, string> };
      name?: string;
      start?: boolean;
      after?: string[];
      ifFailed?: 'fail' | 'start' | 'hold';
      source?: 'api' | 'cli' | 'n8n' | 'action';
    };
    answer: { session: Session; tasks: Task[] };
  };
  /** Read a session and its tasks. */
  'GET /api/sessions/{id}': { params: { id: string }; answer: { session: Session; tasks: Task[] } };
  /** Change a session: title, assignee, labels, metadata, and whether it works. */
  'PATCH /api/sessions/{id}': {
    params: { id: string };
    body: {
      title?: string;
      assignee?: string | null;
      labels?: string[];
      metadata?: Record<string, string | number | boolean | null>;
      state?: 'open' | 'paused' | 'closed';
    };
    answer: { session: Session; tasks: Task[] };
  };
  /** Delete a session for good. */
  'DELETE /api/sessions/{id}': { params: { id: string }; answer: null };
  /** List a session's tool calls, the oldest first. */
  'GET /api/sessions/{id}/logs': {
    params: { id: string };
    query?: {
      task?: number;
      tool?: string;
      status?: 'running' | 'ok' | 'error';
      cursor?: string;
      limit?: number;
    };
    answer: { items: CommandLog[]; next: string | null };
  };
  /** Read a session's numbered events. */
  'GET /api/sessions/{id}/events': {
    params: { id: string };
    query?: { after?: number; limit?: number };
    answer: { events: LoggedEvent[]; lastEventId: number };
  };
  /** List a session's messages in the order in which they came. */
  'GET /api/sessions/{id}/messages': {
    params: { id: string };
    query?: {
      task?: number;
      direction?: 'in' | 'out';
      order?: 'asc' | 'desc';
      cursor?: string;
      limit?: number;
    };
    answer: { items: Message[]; next: string | null };
  };
  /** Say something in a session. */
  'POST /api/sessions/{id}/messages': {
    params: { id: string };
    body: { text: string; attachments?: string[]; source?: 'api' | 'cli' | 'n8n' | 'action' };
    answer:
      | { outcome: 'task_created'; task: Task }
      | { outcome: 'message_queued'; task: Task; messageId: string };
  };
  /** List a session's images. */
  'GET /api/sessions/{id}/attachments': {
    params: { id: string };
    answer: {
      items: {
        id: string;
        name: string;
        type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
        bytes: number;
        sha256: string;
        by: string;
        source: 'upload' | 'github';
        createdAt: number;
      }[];
    };
  };
  /** Upload an image for a message. */
  'POST /api/sessions/{id}/attachments': {
    params: { id: string };
    query?: { name?: string };
    answer: {
      id: string;
      name: string;
      type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
      bytes: number;
      sha256: string;
      by: string;
      source: 'upload' | 'github';
      createdAt: number;
    };
  };
  /** List a session's tasks in their order. */
  'GET /api/sessions/{id}/tasks': {
    params: { id: string };
    query?: { cursor?: string; limit?: number };
    answer: { items: Task[]; next: string | null };
  };
  /** Add a task to a session. */
  'POST /api/sessions/{id}/tasks': {
    params: { id: string };
    body: {
      prompt?: string;
      attachments?: string[];
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      template?: { name: string; variables?: Record<string, string> };
      name?: string;
      start?: boolean;
      after?: string[];
      ifFailed?: 'fail' | 'start' | 'hold';
      source?: 'api' | 'cli' | 'n8n' | 'action';
    };
    answer: Task;
  };
  /** Read a task. */
  'GET /api/tasks/{taskId}': { params: { taskId: string }; query?: { account?: string }; answer: Task };
  /** Delete a task that is over or held. */
  'DELETE /api/tasks/{taskId}': { params: { taskId: string }; query?: { account?: string }; answer: null };
  /** Let a task start that was made with `start: false`, or that is held. */
  'POST /api/tasks/{taskId}/start': {
    params: { taskId: string };
    query?: { account?: string };
    body?: Record<string, never>;
    answer: Task;
  };
  /** Pause a task. */
  'POST /api/tasks/{taskId}/pause': {
    params: { taskId: string };
    query?: { account?: string };
    body?: Record<string, never>;
    answer: Task;
  };
  /** Take the work of a task that waits for a person as it is. */
  'POST /api/tasks/{taskId}/finish': {
    params: { taskId: string };
    query?: { account?: string };
    body?: Record<string, never>;
    answer: Task;
  };
  /** End a task for good. */
  'POST /api/tasks/{taskId}/cancel': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { reason?: string };
    answer: Task;
  };
  /** End a task so that it can be resumed. */
  'POST /api/tasks/{taskId}/stop': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { reason?: string };
    answer: Task;
  };
  /** Start a finished task again as a new one. */
  'POST /api/tasks/{taskId}/retry': {
    params: { taskId: string };
    query?: { account?: string };
    answer: Task;
  };
  /** Let a task go on. */
  'POST /api/tasks/{taskId}/resume': {
    params: { taskId: string };
    query?: { account?: string };
    answer: Task;
  };
  /** Say something to a task. */
  'POST /api/tasks/{taskId}/input': {
    params: { taskId: string };
    query?: { account?: string };
    body: { text: string; attachments?: string[]; source?: 'api' | 'cli' | 'n8n' | 'action' };
    answer:
      | { outcome: 'task_created'; task: Task }
      | { outcome: 'message_queued'; task: Task; messageId: string };
  };
  /** List what Claude asked in a task. */
  'GET /api/tasks/{taskId}/questions': {
    params: { taskId: string };
    query?: { account?: string };
    answer: {
      items: {
        id: string;
        taskId: string;
        kind: 'question' | 'permission';
        items: {
          text: string;
          header: string | null;
          multiSelect: boolean;
          choices: { label: string; description: string }[];
        }[];
        tool: { name: string; input: { text: string; bytes: number; cut: boolean; kept?: string } } | null;
        askedAt: number;
        state:
          | { status: 'open'; endsAt: number; onNoAnswer: 'continue' | 'deny' | 'first_choice' | 'stop' }
          | {
              status: 'answered';
              reply:
                | { type: 'answers'; answers: { choices: string[]; text: string | null }[] }
                | { type: 'declined'; reason: string | null };
              by: string | null;
              at: number;
            }
          | { status: 'withdrawn'; at: number };
      }[];
    };
  };
  /** Answer what Claude asks. */
  'POST /api/tasks/{taskId}/questions/{questionId}/answer': {
    params: { taskId: string; questionId: string };
    query?: { account?: string };
    body:
      | { type: 'answers'; answers: { choices?: string[]; text?: string | null }[] }
      | { type: 'declined'; reason?: string | null };
    answer: {
      id: string;
      taskId: string;
      kind: 'question' | 'permission';
      items: {
        text: string;
        header: string | null;
        multiSelect: boolean;
        choices: { label: string; description: string }[];
      }[];
      tool: { name: string; input: { text: string; bytes: number; cut: boolean; kept?: string } } | null;
      askedAt: number;
      state:
        | { status: 'open'; endsAt: number; onNoAnswer: 'continue' | 'deny' | 'first_choice' | 'stop' }
        | {
            status: 'answered';
            reply:
              | { type: 'answers'; answers: { choices: string[]; text: string | null }[] }
              | { type: 'declined'; reason: string | null };
            by: string | null;
            at: number;
          }
        | { status: 'withdrawn'; at: number };
    };
  };
  /** Let work leave that waits for approval. */
  'POST /api/tasks/{taskId}/approve': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { tree?: string; reason?: string };
    answer: Task;
  };
  /** Reject work that waits for approval. */
  'POST /api/tasks/{taskId}/reject': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { tree?: string; reason?: string; again?: boolean };
    answer: Task;
  };
  /** Show what a task changed. */
  'GET /api/tasks/{taskId}/diff': {
    params: { taskId: string };
    query?: { account?: string; turn?: number };
    answer: {
      files: {
        path: string;
        previousPath: string | null;
        status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';
        insertions: number | null;
        deletions: number | null;
      }[];
      filesCut: boolean;
      insertions: number;
      deletions: number;
      patch: { text: string; bytes: number; cut: boolean; kept?: string };
      taskId: string;
      turn: number | null;
      turns: number[];
      tree: string;
      repositories: {
        files: {
          path: string;
          previousPath: string | null;
          status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';
          insertions: number | null;
          deletions: number | null;
        }[];
        filesCut: boolean;
        insertions: number;
        deletions: number;
        patch: { text: string; bytes: number; cut: boolean; kept?: string };
        repositoryId: number;
        repository: string;
        tree: string;
      }[];
    };
  };
  /** Have failed gates tried again. */
  'POST /api/tasks/{taskId}/gates/retry': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { how?: 'claude' | 'gates'; note?: string };
    answer: Task;
  };
  /** Let work pass although required gates failed. */
  'POST /api/tasks/{taskId}/gates/override': {
    params: { taskId: string };
    query?: { account?: string };
    body?: { reason?: string };
    answer: Task;
  };
  /** List how gates ended, the latest first. */
  'GET /api/gates': {
    query?: {
      account?: string;
      from?: string;
      to?: string;
      repository?: number;
      name?: string;
      kind?: 'command' | 'built_in' | 'generated_tests' | 'regression_tests';
      outcome?: 'passed' | 'failed' | 'timed_out' | 'broken' | 'skipped';
      limit?: number;
      cursor?: string;
    };
    answer: {
      items: {
        name: string;
        kind: 'command' | 'built_in' | 'generated_tests' | 'regression_tests';
        required: boolean;
        status: 'passed' | 'failed' | 'timed_out' | 'broken' | 'skipped';
        detail: string | null;
        exitCode: number | null;
        durationMs: number;
        tests: { total: number; failed: number; skipped: number } | null;
        sessionId: string;
        eventId: number;
        taskId: string;
        repositoryId: number | null;
        findings: number;
        at: number;
      }[];
      next: string | null;
    };
  };
  /** Ask for access to the repository of a job. */
  'POST /api/sessions/{id}/tasks/{number}/git-token': {
    params: { id: string; number: string };
    body:
      | { access: 'read'; epoch: number; repositoryId?: number }
      | { access: 'write'; epoch: number; tree: string; repositoryId?: number };
    answer: { token: string | null; expiresAt: number | null };
  };
  /** Give access to a repository back. */
  'POST /api/sessions/{id}/tasks/{number}/revoke-git-token': {
    params: { id: string; number: string };
    body: { token: string };
    answer: null;
  };
  /** Ask what a task that was begun elsewhere goes on from. */
  'GET /api/sessions/{id}/tasks/{number}/resume-point': {
    params: { id: string; number: string };
    answer: {
      checkpoint: Checkpoint | null;
      lastRunnerName: string | null;
      begun: boolean;
      delivered: { messageId: string; author: string; text: string }[];
      waits?: { kind: 'chat' | 'automation'; text: string | null } | null;
      spent: {
        turns: number;
        usage: {
          inputTokens: number;
          outputTokens: number;
          cacheReadTokens: number;
          cacheWriteTokens: number;
          costUsd: number;
        };
        iterations?: number;
      };
    };
  };
  /** Store the work of a job for other runners. */
  'PUT /api/sessions/{id}/tasks/{number}/checkpoint': {
    params: { id: string; number: string };
    answer: null;
  };
  /** Show what of a session is stored for other runners. */
  'GET /api/sessions/{id}/checkpoint': { params: { id: string }; answer: Checkpoint };
  /** Delete what of a session is stored for other runners. */
  'DELETE /api/sessions/{id}/checkpoint': { params: { id: string }; answer: null };
  /** Say where a runner kept work that it no longer holds. */
  'POST /api/runners/rescues': {
    body: { taskId: string; epoch: number; ref: string; sha: string };
    answer: null;
  };
  /** Show an account's runners, their jobs and the queue. */
  'GET /api/runners': {
    query?: { account?: string };
    answer: {
      runners: Runner[];
      queue: { taskId: string; sessionId: string; enqueuedAt: number; labels: string[] }[];
    };
  };
  /** Register a runner without a token. */
  'POST /api/runners': {
    body: { name: string; account?: string };
    answer: { id: string; name: string; credential: string };
  };
  /** Drain a runner, or have it take jobs again. */
  'PATCH /api/runners/{id}': {
    params: { id: string };
    query?: { account?: string };
    body: { drain: boolean };
    answer: Runner;
  };
  /** Remove a runner. */
  'DELETE /api/runners/{id}': { params: { id: string }; query?: { account?: string }; answer: null };
  /** Show an account's queue: what waits, why, and when it is likely to start. */
  'GET /api/queue': {
    query?: { account?: string; cursor?: string; limit?: number };
    answer: {
      waiting: {
        ahead: number;
        reason: string;
        estimate: { startsAt: number | null; durationMs: number; basedOn: number } | null;
        taskId: string;
        sessionId: string;
        requester: string;
        concurrency: { group: string; limit: number } | null;
        priority: 'low' | 'normal' | 'high';
        countsAs: 'low' | 'normal' | 'high';
        labels: string[];
        enqueuedAt: number;
      }[];
      working: {
        taskId: string;
        sessionId: string;
        requester: string;
        concurrency: { group: string; limit: number } | null;
        epoch: number;
        runnerId: string;
        runnerName: string | null;
        startedAt: number | null;
        usualMs: number | null;
      }[];
      total: number;
      limit: number;
      limitOfOne: number;
      next: string | null;
    };
  };
  /** List the tasks that are not over, and those that ended last. */
  'GET /api/now': {
    query?: { account?: string };
    answer: {
      open: {
        id: string;
        sessionId: string;
        account: string;
        title: string;
        repository: string | null;
        status: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
        state:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        stateSince: number;
        request: string;
        requester: string;
        runnerName: string | null;
        costUsd: number;
        pullUrl: string | null;
        failure:
          | 'preflight'
          | 'fetch_failed'
          | 'worktree_failed'
          | 'not_installed'
          | 'not_logged_in'
          | 'api_overloaded'
          | 'api_unreachable'
          | 'api_error'
          | 'usage_limit'
          | 'budget'
          | 'bad_request'
          | 'stalled'
          | 'exited_without_result'
          | 'killed'
          | 'push_rejected'
          | 'push_failed'
          | 'policy'
          | 'disk_full'
          | 'lost'
          | 'no_runner'
          | 'no_answer'
          | 'dependency'
          | 'github_refused'
          | 'internal'
          | null;
        createdAt: number;
        startedAt: number | null;
        endedAt: number | null;
      }[];
      more: boolean;
      ended: {
        id: string;
        sessionId: string;
        account: string;
        title: string;
        repository: string | null;
        status: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
        state:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        stateSince: number;
        request: string;
        requester: string;
        runnerName: string | null;
        costUsd: number;
        pullUrl: string | null;
        failure:
          | 'preflight'
          | 'fetch_failed'
          | 'worktree_failed'
          | 'not_installed'
          | 'not_logged_in'
          | 'api_overloaded'
          | 'api_unreachable'
          | 'api_error'
          | 'usage_limit'
          | 'budget'
          | 'bad_request'
          | 'stalled'
          | 'exited_without_result'
          | 'killed'
          | 'push_rejected'
          | 'push_failed'
          | 'policy'
          | 'disk_full'
          | 'lost'
          | 'no_runner'
          | 'no_answer'
          | 'dependency'
          | 'github_refused'
          | 'internal'
          | null;
        createdAt: number;
        startedAt: number | null;
        endedAt: number | null;
      }[];
    };
  };
  /** Say how GitHub, the record and the model are. */
  'GET /api/parts': {
    query?: { account?: string };
    answer: {
      parts: {
        name: 'github' | 'record' | 'model';
        status: 'ok' | 'failing' | 'unknown' | 'off';
        detail: string;
      }[];
    };
  };
  /** List the repositories on which the App is installed. */
  'GET /api/repositories': {
    query?: { account?: string; q?: string; limit?: number };
    answer: {
      items: { id: number; account: string; repository: string; defaultBranch: string; private: boolean }[];
      more: boolean;
    };
  };
  /** List registration tokens that are open, used or expired. */
  'GET /api/runners/registration-tokens': {
    query?: { account?: string };
    answer: { items: RegistrationToken[] };
  };
  /** Make a token that registers one runner. */
  'POST /api/runners/registration-tokens': {
    body?: { account?: string; name?: string; labels?: string[]; expiresInMinutes?: number };
    answer: { id: string; token: string; expiresAt: number };
  };
  /** Revoke a registration token. */
  'DELETE /api/runners/registration-tokens/{id}': {
    params: { id: string };
    query?: { account?: string };
    answer: null;
  };
  /** Register a runner with a token. */
  'POST /api/runners/register': {
    body: { nonce: string; name?: string };
    answer: {
      id: string;
      name: string;
      credential: string;
      labels: string[];
      jobKeys: JobKey[];
      url: string;
    };
  };
  /** Read the public keys that jobs are signed with. */
  'GET /api/runners/job-keys': { answer: { keys: JobKey[] } };
  /** Make a token that registers a runner for the job of a workflow. */
  'POST /api/job-runners': { answer: { token: string; label: string; expiresAt: number } };
  /** Let the runner of a job live as long as the key of its run. */
  'POST /api/job-runners/{id}/renew': { params: { id: string }; answer: { expiresAt: number } };
  /** List GitHub's webhook deliveries with what became of them and why. */
  'GET /api/deliveries': {
    query?: { account?: string; cursor?: string; limit?: number };
    answer: { items: Delivery[]; next: string | null };
  };
  /** Say when GitHub's own log was last searched for deliveries that never arrived, and what was asked for. */
  'GET /api/deliveries/missed': {
    answer: {
      lastLook: { at: number; redelivered: number; problem: string | null } | null;
      askedAgain: { id: string; times: number; at: number }[];
    };
  };
  /** Work a parked delivery off again. */
  'POST /api/deliveries/{id}/retry': {
    params: { id: string };
    query?: { account?: string };
    answer: { status: 'queued' };
  };
  /** List an account's API keys. */
  'GET /api/keys': {
    query?: { account?: string };
    answer: {
      items: {
        id: string;
        account: string;
        name: string;
        role: 'viewer' | 'operator' | 'admin';
        repositories: 'all' | number[];
        status: 'active' | 'expired' | 'revoked';
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        createdAt: number;
        createdBy: string;
        expiresAt: number | null;
        lastUsedAt: number | null;
        revokedAt: number | null;
        revokedBy: string | null;
      }[];
    };
  };
  /** Make an API key. */
  'POST /api/keys': {
    body: {
      account?: string;
      name: string;
      role: 'viewer' | 'operator' | 'admin';
      repositories?: 'all' | number[];
      expiresInDays?: number | null;
    };
    answer: {
      key: string;
      view: {
        id: string;
        account: string;
        name: string;
        role: 'viewer' | 'operator' | 'admin';
        repositories: 'all' | number[];
        status: 'active' | 'expired' | 'revoked';
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        createdAt: number;
        createdBy: string;
        expiresAt: number | null;
        lastUsedAt: number | null;
        revokedAt: number | null;
        revokedBy: string | null;
      };
    };
  };
  /** Show an API key without its secret. */
  'GET /api/keys/{id}': {
    params: { id: string };
    query?: { account?: string };
    answer: {
      id: string;
      account: string;
      name: string;
      role: 'viewer' | 'operator' | 'admin';
      repositories: 'all' | number[];
      status: 'active' | 'expired' | 'revoked';
      source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      createdAt: number;
      createdBy: string;
      expiresAt: number | null;
      lastUsedAt: number | null;
      revokedAt: number | null;
      revokedBy: string | null;
    };
  };
  /** Change an API key's name, role or repositories. */
  'PATCH /api/keys/{id}': {
    params: { id: string };
    query?: { account?: string };
    body?: { name?: string; role?: 'viewer' | 'operator' | 'admin'; repositories?: 'all' | number[] };
    answer: {
      id: string;
      account: string;
      name: string;
      role: 'viewer' | 'operator' | 'admin';
      repositories: 'all' | number[];
      status: 'active' | 'expired' | 'revoked';
      source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      createdAt: number;
      createdBy: string;
      expiresAt: number | null;
      lastUsedAt: number | null;
      revokedAt: number | null;
      revokedBy: string | null;
    };
  };
  /** Revoke an API key. */
  'DELETE /api/keys/{id}': { params: { id: string }; query?: { account?: string }; answer: null };
  /** Show who the caller is and what he may do. */
  'GET /api/me': {
    answer: {
      login: string;
      id: number | null;
      proof: 'admin_key' | 'metrics_token' | 'browser' | 'api_key';
      isDeploymentAdmin: boolean;
      accounts: {
        account: string;
        role: 'viewer' | 'operator' | 'admin' | null;
        repositories: 'all' | { id: number; role: 'viewer' | 'operator' | 'admin' }[];
      }[];
    };
  };
  /** List the people of an account and their roles. */
  'GET /api/members': {
    query?: { account?: string };
    answer: {
      items: {
        id: number;
        login: string | null;
        role: 'none' | 'viewer' | 'operator' | 'admin' | null;
        githubRole: 'viewer' | 'operator' | 'admin' | null;
        lastSeenAt: number | null;
        setAt: number | null;
        setBy: string | null;
      }[];
    };
  };
  /** Set somebody's role in an account, in place of what GitHub gives. */
  'PUT /api/members/{id}': {
    params: { id: number };
    query?: { account?: string };
    body: { role: 'none' | 'viewer' | 'operator' | 'admin'; login?: string };
    answer: {
      id: number;
      login: string | null;
      role: 'none' | 'viewer' | 'operator' | 'admin' | null;
      githubRole: 'viewer' | 'operator' | 'admin' | null;
      lastSeenAt: number | null;
      setAt: number | null;
      setBy: string | null;
    };
  };
  /** Let somebody's role follow from GitHub again. */
  'DELETE /api/members/{id}': { params: { id: number }; query?: { account?: string }; answer: null };
  /** Exchange a workflow's OIDC token for a short-lived key. */
  'POST /api/oidc/token': {
    body: { token: string };
    answer: { key: string; expiresAt: number; account: string; repositoryId: number };
  };
  /** List what is stuck, the oldest first. */
  'GET /api/attention': {
    query?: { account?: string; session?: string };
    answer: { items: AttentionItem[]; more: boolean };
  };
  /** Try something that is stuck again now. */
  'POST /api/attention/{id}/retry': {
    params: { id: string };
    body?: Record<string, never>;
    answer: { status: 'queued' | 'dismissed' };
  };
  /** Give something up that was parked. */
  'POST /api/attention/{id}/dismiss': {
    params: { id: string };
    body: { reason: string };
    answer: { status: 'queued' | 'dismissed' };
  };
  /** Show an account's settings. */
  'GET /api/settings': {
    query?: { account?: string };
    answer: {
      account: string;
      settings: {
        timeZone: string;
        budgets: {
          accountUsdPerDay: number | null;
          repositoryUsdPerDay: number | null;
          personUsdPerDay: number | null;
          repositories: Record<string, number>;
          people: Record<string, number>;
        };
        tasks: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
      };
      updatedAt: number | null;
      updatedBy: string | null;
    };
  };
  /** Change an account's settings. */
  'PATCH /api/settings': {
    query?: { account?: string };
    body?: {
      timeZone?: string | null;
      budgets?: {
        accountUsdPerDay?: number | null;
        repositoryUsdPerDay?: number | null;
        personUsdPerDay?: number | null;
        repositories?: Record<string, number | null> | null;
        people?: Record<string, number | null> | null;
      } | null;
      tasks?: {
        model?: string | null;
        maxMinutes?: number | null;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[] | null;
        approval?: 'pull_request' | 'before_push' | 'none' | null;
        priority?: 'low' | 'normal' | 'high' | null;
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several' | null;
        verifiedCommits?: boolean | null;
        mode?: 'automation' | 'chat' | null;
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number | null;
        maxTokens?: number | null;
        warnAt?: number | null;
        tests?: boolean | null;
        review?: boolean | null;
        answerMinutes?: number | null;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop' | null;
      } | null;
    };
    answer: {
      account: string;
      settings: {
        timeZone: string;
        budgets: {
          accountUsdPerDay: number | null;
          repositoryUsdPerDay: number | null;
          personUsdPerDay: number | null;
          repositories: Record<string, number>;
          people: Record<string, number>;
        };
        tasks: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
      };
      updatedAt: number | null;
      updatedBy: string | null;
    };
  };
  /** Show what is spent of the budgets today. */
  'GET /api/budgets': {
    query?: { account?: string };
    answer: {
      account: string;
      timeZone: string;
      from: number;
      until: number;
      limitUsd: number | null;
      spentUsd: number;
      people: { login: string; limitUsd: number | null; spentUsd: number }[];
      repositories: { id: number; name: string; limitUsd: number | null; spentUsd: number }[];
    };
  };
  /** List the projects of an account by name. */
  'GET /api/projects': {
    query?: { account?: string };
    answer: {
      items: {
        name: string;
        description: string;
        options: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
        repositories: { repository: string; access: 'read' | 'write'; base: string | null; id: number }[];
        id: string;
        createdAt: number;
        createdBy: string;
        updatedAt: number;
        updatedBy: string;
      }[];
    };
  };
  /** Make a project. */
  'POST /api/projects': {
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      repositories: { repository: string; access?: 'read' | 'write'; base?: string | null }[];
    };
    answer: {
      name: string;
      description: string;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      repositories: { repository: string; access: 'read' | 'write'; base: string | null; id: number }[];
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Read a project by name or id. */
  'GET /api/projects/{key}': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      name: string;
      description: string;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      repositories: { repository: string; access: 'read' | 'write'; base: string | null; id: number }[];
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Write a project anew. */
  'PUT /api/projects/{key}': {
    params: { key: string };
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      repositories: { repository: string; access?: 'read' | 'write'; base?: string | null }[];
    };
    answer: {
      name: string;
      description: string;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      repositories: { repository: string; access: 'read' | 'write'; base: string | null; id: number }[];
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Delete a project. */
  'DELETE /api/projects/{key}': { params: { key: string }; query?: { account?: string }; answer: null };
  /** List the prompts of an account by name. */
  'GET /api/prompts': {
    query?: { account?: string };
    answer: {
      items: {
        name: string;
        description: string;
        text: string;
        variables: { name: string; description: string; default: string | null }[];
        options: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
        id: string;
        createdAt: number;
        createdBy: string;
        updatedAt: number;
        updatedBy: string;
      }[];
    };
  };
  /** Make a prompt. */
  'POST /api/prompts': {
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      text: string;
      variables?: { name: string; description?: string; default?: string | null }[];
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
    };
    answer: {
      name: string;
      description: string;
      text: string;
      variables: { name: string; description: string; default: string | null }[];
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Read a prompt by name or id. */
  'GET /api/prompts/{key}': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      name: string;
      description: string;
      text: string;
      variables: { name: string; description: string; default: string | null }[];
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Write a prompt anew. */
  'PUT /api/prompts/{key}': {
    params: { key: string };
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      text: string;
      variables?: { name: string; description?: string; default?: string | null }[];
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
    };
    answer: {
      name: string;
      description: string;
      text: string;
      variables: { name: string; description: string; default: string | null }[];
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
    };
  };
  /** Delete a prompt. */
  'DELETE /api/prompts/{key}': { params: { key: string }; query?: { account?: string }; answer: null };
  /** Show the request that a template makes of its variables. */
  'POST /api/prompts/{key}/render': {
    params: { key: string };
    query?: { account?: string };
    body?: { variables?: Record<string, string> };
    answer: {
      text: string;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
    };
  };
  /** List the schedules of an account by name. */
  'GET /api/schedules': {
    query?: { account?: string };
    answer: {
      items: {
        name: string;
        description: string;
        cron: string;
        timeZone: string;
        enabled: boolean;
        prompt: string | null;
        template: { name: string; variables: Record<string, string> } | null;
        options: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
        missed: 'run_once' | 'skip';
        overlap: 'skip' | 'queue' | 'cancel';
        project: string | null;
        workspace: WorkspaceOutput | null;
        file: { repositoryId: number; repository: string; name: string } | null;
        id: string;
        createdAt: number;
        createdBy: string;
        updatedAt: number;
        updatedBy: string;
        failures: number;
        paused: { at: number; reason: string } | null;
        lastRun: {
          id: string;
          scheduleId: string;
          cause: 'due' | 'missed' | 'by_hand';
          by: string | null;
          dueAt: number;
          missed: number;
          status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
          reason: string | null;
          sessionId: string | null;
          taskId: string | null;
          taskState:
            | 'pending'
            | 'pre_flight'
            | 'running'
            | 'waiting_input'
            | 'paused'
            | 'waiting_qa'
            | 'qa_running'
            | 'qa_failed'
            | 'waiting_approval'
            | 'approved'
            | 'completed'
            | 'rejected'
            | 'failed'
            | 'cancelled'
            | 'stopped'
            | 'exhausted'
            | null;
          startedAt: number | null;
          endedAt: number | null;
        } | null;
        nextRuns: number[];
      }[];
    };
  };
  /** Make a schedule. */
  'POST /api/schedules': {
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      cron: string;
      timeZone?: string;
      enabled?: boolean;
      prompt?: string | null;
      template?: { name: string; variables?: Record<string, string> } | null;
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed?: 'run_once' | 'skip';
      overlap?: 'skip' | 'queue' | 'cancel';
      project?: string | null;
      workspace?: Workspace | null;
    };
    answer: {
      name: string;
      description: string;
      cron: string;
      timeZone: string;
      enabled: boolean;
      prompt: string | null;
      template: { name: string; variables: Record<string, string> } | null;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed: 'run_once' | 'skip';
      overlap: 'skip' | 'queue' | 'cancel';
      project: string | null;
      workspace: WorkspaceOutput | null;
      file: { repositoryId: number; repository: string; name: string } | null;
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
      failures: number;
      paused: { at: number; reason: string } | null;
      lastRun: {
        id: string;
        scheduleId: string;
        cause: 'due' | 'missed' | 'by_hand';
        by: string | null;
        dueAt: number;
        missed: number;
        status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
        reason: string | null;
        sessionId: string | null;
        taskId: string | null;
        taskState:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | null;
        startedAt: number | null;
        endedAt: number | null;
      } | null;
      nextRuns: number[];
    };
  };
  /** Read a schedule by name or id. */
  'GET /api/schedules/{key}': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      name: string;
      description: string;
      cron: string;
      timeZone: string;
      enabled: boolean;
      prompt: string | null;
      template: { name: string; variables: Record<string, string> } | null;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed: 'run_once' | 'skip';
      overlap: 'skip' | 'queue' | 'cancel';
      project: string | null;
      workspace: WorkspaceOutput | null;
      file: { repositoryId: number; repository: string; name: string } | null;
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
      failures: number;
      paused: { at: number; reason: string } | null;
      lastRun: {
        id: string;
        scheduleId: string;
        cause: 'due' | 'missed' | 'by_hand';
        by: string | null;
        dueAt: number;
        missed: number;
        status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
        reason: string | null;
        sessionId: string | null;
        taskId: string | null;
        taskState:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | null;
        startedAt: number | null;
        endedAt: number | null;
      } | null;
      nextRuns: number[];
    };
  };
  /** Write a schedule anew. */
  'PUT /api/schedules/{key}': {
    params: { key: string };
    query?: { account?: string };
    body: {
      name: string;
      description?: string;
      cron: string;
      timeZone?: string;
      enabled?: boolean;
      prompt?: string | null;
      template?: { name: string; variables?: Record<string, string> } | null;
      options?: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed?: 'run_once' | 'skip';
      overlap?: 'skip' | 'queue' | 'cancel';
      project?: string | null;
      workspace?: Workspace | null;
    };
    answer: {
      name: string;
      description: string;
      cron: string;
      timeZone: string;
      enabled: boolean;
      prompt: string | null;
      template: { name: string; variables: Record<string, string> } | null;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed: 'run_once' | 'skip';
      overlap: 'skip' | 'queue' | 'cancel';
      project: string | null;
      workspace: WorkspaceOutput | null;
      file: { repositoryId: number; repository: string; name: string } | null;
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
      failures: number;
      paused: { at: number; reason: string } | null;
      lastRun: {
        id: string;
        scheduleId: string;
        cause: 'due' | 'missed' | 'by_hand';
        by: string | null;
        dueAt: number;
        missed: number;
        status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
        reason: string | null;
        sessionId: string | null;
        taskId: string | null;
        taskState:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | null;
        startedAt: number | null;
        endedAt: number | null;
      } | null;
      nextRuns: number[];
    };
  };
  /** Delete a schedule. */
  'DELETE /api/schedules/{key}': { params: { key: string }; query?: { account?: string }; answer: null };
  /** List a schedule's runs, the latest first. */
  'GET /api/schedules/{key}/runs': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      items: {
        id: string;
        scheduleId: string;
        cause: 'due' | 'missed' | 'by_hand';
        by: string | null;
        dueAt: number;
        missed: number;
        status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
        reason: string | null;
        sessionId: string | null;
        taskId: string | null;
        taskState:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | null;
        startedAt: number | null;
        endedAt: number | null;
      }[];
    };
  };
  /** Run a schedule now. */
  'POST /api/schedules/{key}/run': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      id: string;
      scheduleId: string;
      cause: 'due' | 'missed' | 'by_hand';
      by: string | null;
      dueAt: number;
      missed: number;
      status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
      reason: string | null;
      sessionId: string | null;
      taskId: string | null;
      taskState:
        | 'pending'
        | 'pre_flight'
        | 'running'
        | 'waiting_input'
        | 'paused'
        | 'waiting_qa'
        | 'qa_running'
        | 'qa_failed'
        | 'waiting_approval'
        | 'approved'
        | 'completed'
        | 'rejected'
        | 'failed'
        | 'cancelled'
        | 'stopped'
        | 'exhausted'
        | null;
      startedAt: number | null;
      endedAt: number | null;
    };
  };
  /** Let a schedule go on that was paused after failures. */
  'POST /api/schedules/{key}/resume': {
    params: { key: string };
    query?: { account?: string };
    answer: {
      name: string;
      description: string;
      cron: string;
      timeZone: string;
      enabled: boolean;
      prompt: string | null;
      template: { name: string; variables: Record<string, string> } | null;
      options: {
        model?: string | null;
        maxMinutes?: number;
        maxTurns?: number | null;
        maxUsd?: number | null;
        labels?: string[];
        approval?: 'pull_request' | 'before_push' | 'none';
        priority?: 'low' | 'normal' | 'high';
        concurrency?: { group: string; limit: number } | null;
        commitMessage?: string | null;
        commitStyle?: 'one' | 'several';
        verifiedCommits?: boolean;
        mode?: 'automation' | 'chat';
        endWhen?: string | null;
        endCommand?: string | null;
        outputSchema?: { type: 'object' } | null;
        maxIterations?: number;
        maxTokens?: number | null;
        warnAt?: number;
        tests?: boolean;
        review?: boolean;
        answerMinutes?: number;
        onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
      };
      missed: 'run_once' | 'skip';
      overlap: 'skip' | 'queue' | 'cancel';
      project: string | null;
      workspace: WorkspaceOutput | null;
      file: { repositoryId: number; repository: string; name: string } | null;
      id: string;
      createdAt: number;
      createdBy: string;
      updatedAt: number;
      updatedBy: string;
      failures: number;
      paused: { at: number; reason: string } | null;
      lastRun: {
        id: string;
        scheduleId: string;
        cause: 'due' | 'missed' | 'by_hand';
        by: string | null;
        dueAt: number;
        missed: number;
        status: 'starting' | 'waiting' | 'running' | 'ended' | 'skipped' | 'failed';
        reason: string | null;
        sessionId: string | null;
        taskId: string | null;
        taskState:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted'
          | null;
        startedAt: number | null;
        endedAt: number | null;
      } | null;
      nextRuns: number[];
    };
  };
  /** Export sessions. */
  'GET /api/exports/sessions': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'sessions';
      account: string;
      items: {
        id: string;
        account: string;
        key: string;
        title: string;
        status: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
        projectType: string;
        projectPath: string | null;
        repositoryId: number | null;
        repository: string | null;
        branch: string | null;
        url: string | null;
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        assignee: string | null;
        labels: string[];
        taskCount: number;
        costUsd: number;
        claudeSessionId: string | null;
        metadata: Record<string, unknown>;
        createdAt: number;
        updatedAt: number;
      }[];
      next: string | null;
    };
  };
  /** Export tasks. */
  'GET /api/exports/tasks': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'tasks';
      account: string;
      items: {
        id: string;
        sessionId: string;
        number: number;
        name: string | null;
        account: string;
        repository: string | null;
        state:
          | 'pending'
          | 'pre_flight'
          | 'running'
          | 'waiting_input'
          | 'paused'
          | 'waiting_qa'
          | 'qa_running'
          | 'qa_failed'
          | 'waiting_approval'
          | 'approved'
          | 'completed'
          | 'rejected'
          | 'failed'
          | 'cancelled'
          | 'stopped'
          | 'exhausted';
        stateSince: number;
        request: string;
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        requesterLogin: string;
        options: {
          model?: string | null;
          maxMinutes?: number;
          maxTurns?: number | null;
          maxUsd?: number | null;
          labels?: string[];
          approval?: 'pull_request' | 'before_push' | 'none';
          priority?: 'low' | 'normal' | 'high';
          concurrency?: { group: string; limit: number } | null;
          commitMessage?: string | null;
          commitStyle?: 'one' | 'several';
          verifiedCommits?: boolean;
          mode?: 'automation' | 'chat';
          endWhen?: string | null;
          endCommand?: string | null;
          outputSchema?: { type: 'object' } | null;
          maxIterations?: number;
          maxTokens?: number | null;
          warnAt?: number;
          tests?: boolean;
          review?: boolean;
          answerMinutes?: number;
          onNoAnswer?: 'continue' | 'deny' | 'first_choice' | 'stop';
        };
        epoch: number;
        runnerName: string | null;
        inputTokens: number;
        outputTokens: number;
        cacheReadTokens: number;
        cacheWriteTokens: number;
        costUsd: number;
        branch: string | null;
        commitSha: string | null;
        pullNumber: number | null;
        pullUrl: string | null;
        summary: string | null;
        failure: {
          kind:
            | 'preflight'
            | 'fetch_failed'
            | 'worktree_failed'
            | 'not_installed'
            | 'not_logged_in'
            | 'api_overloaded'
            | 'api_unreachable'
            | 'api_error'
            | 'usage_limit'
            | 'budget'
            | 'bad_request'
            | 'stalled'
            | 'exited_without_result'
            | 'killed'
            | 'push_rejected'
            | 'push_failed'
            | 'policy'
            | 'disk_full'
            | 'lost'
            | 'no_runner'
            | 'no_answer'
            | 'dependency'
            | 'github_refused'
            | 'internal';
          message: string;
          remedy: string;
          retryAt: number | null;
          transient?: boolean;
        } | null;
        createdAt: number;
        startedAt: number | null;
        endedAt: number | null;
      }[];
      next: string | null;
    };
  };
  /** Export messages of sessions. */
  'GET /api/exports/messages': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'messages';
      account: string;
      items: {
        sessionId: string;
        id: string;
        taskId: string | null;
        direction: 'in' | 'out';
        source: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
        author: string;
        content: string;
        status: 'queued' | 'delivered' | 'dropped';
        createdAt: number;
      }[];
      next: string | null;
    };
  };
  /** Export tool calls with input and result. */
  'GET /api/exports/logs': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'logs';
      account: string;
      items: {
        sessionId: string;
        taskId: string;
        toolUseId: string;
        tool: string;
        input: string;
        inputCut: boolean;
        result: string | null;
        resultCut: boolean;
        status: 'running' | 'ok' | 'error';
        startedAt: number;
        durationMs: number | null;
      }[];
      next: string | null;
    };
  };
  /** Export what Claude asked people, and who answered what. */
  'GET /api/exports/questions': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'questions';
      account: string;
      items: {
        sessionId: string;
        taskId: string;
        id: string;
        kind: 'question' | 'permission';
        items: {
          text: string;
          header: string | null;
          multiSelect: boolean;
          choices: { label: string; description: string }[];
        }[];
        tool: string | null;
        toolInput: string | null;
        status: 'open' | 'answered' | 'withdrawn';
        reply:
          | { type: 'answers'; answers: { choices: string[]; text: string | null }[] }
          | { type: 'declined'; reason: string | null }
          | null;
        answeredBy: string | null;
        askedAt: number;
        settledAt: number | null;
      }[];
      next: string | null;
    };
  };
  /** Export what each turn cost. */
  'GET /api/exports/usage': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      session?: string;
      repository?: string;
      status?: 'idle' | 'active' | 'waiting' | 'paused' | 'closed';
      source?: 'github' | 'slack' | 'dashboard' | 'n8n' | 'cli' | 'api' | 'action' | 'schedule';
      assignee?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: {
      kind: 'usage';
      account: string;
      items: {
        sessionId: string;
        taskId: string;
        eventId: number;
        account: string;
        repository: string | null;
        requesterLogin: string | null;
        model: string | null;
        turns: number;
        inputTokens: number;
        outputTokens: number;
        cacheReadTokens: number;
        cacheWriteTokens: number;
        costUsd: number;
        durationMs: number;
        at: number;
      }[];
      next: string | null;
    };
  };
  /** Export the audit log of an account. */
  'GET /api/exports/audit': {
    query?: {
      format?: 'json' | 'ndjson' | 'csv';
      account?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    answer: { kind: 'audit'; account: string; items: AuditEntry[]; next: string | null };
  };
  /** Read tokens and US dollars by day, model, repository, requester, session or task. */
  'GET /api/usage': {
    query?: {
      by?: 'day' | 'model' | 'repository' | 'requester' | 'session' | 'task';
      account?: string;
      from?: string;
      to?: string;
      repository?: number;
      requester?: string;
      model?: string;
      limit?: number;
    };
    answer: {
      account: string;
      by: 'day' | 'model' | 'repository' | 'requester' | 'session' | 'task';
      from: number;
      to: number;
      rows: {
        inputTokens: number;
        outputTokens: number;
        cacheReadTokens: number;
        cacheWriteTokens: number;
        costUsd: number;
        turns: number;
        durationMs: number;
        group: string;
        name: string | null;
      }[];
      more: boolean;
      total: {
        inputTokens: number;
        outputTokens: number;
        cacheReadTokens: number;
        cacheWriteTokens: number;
        costUsd: number;
        turns: number;
        durationMs: number;
      };
    };
  };
  /** Read how tasks went: outcomes, durations, queue times, costs, tools and retries. */
  'GET /api/insights': {
    query?: {
      by?: 'repository' | 'requester' | 'model';
      account?: string;
      from?: string;
      to?: string;
      repository?: number;
      requester?: string;
      model?: string;
      limit?: number;
    };
    answer: {
      account: string;
      by: 'repository' | 'requester' | 'model';
      from: number;
      to: number;
      total: {
        tasks: number;
        outcomes: {
          completed: number;
          rejected: number;
          failed: number;
          cancelled: number;
          stopped: number;
          exhausted: number;
        };
        retries: { tasks: number; completed: number };
        costUsd: number;
        durationMs: { median: number | null; p95: number | null };
        queueMs: { median: number | null; p95: number | null };
        taskUsd: { median: number | null; p95: number | null };
      };
      groups: {
        tasks: number;
        outcomes: {
          completed: number;
          rejected: number;
          failed: number;
          cancelled: number;
          stopped: number;
          exhausted: number;
        };
        retries: { tasks: number; completed: number };
        costUsd: number;
        durationMs: { median: number | null; p95: number | null };
        queueMs: { median: number | null; p95: number | null };
        taskUsd: { median: number | null; p95: number | null };
        group: string;
        name: string | null;
      }[];
      more: boolean;
      days: {
        day: string;
        outcomes: {
          completed: number;
          rejected: number;
          failed: number;
          cancelled: number;
          stopped: number;
          exhausted: number;
        };
      }[];
      durationMs: { below: number | null; tasks: number }[];
      queueMs: { below: number | null; tasks: number }[];
      taskUsd: { below: number | null; tasks: number }[];
      tools: { tool: string; calls: number; errors: number; durationMs: number }[];
    };
  };
  /** A tool of a Claude Code in a terminal is done. */
  'POST /api/hooks/tool-complete': {
    query?: { account?: string; session?: string };
    body: {
      session_id: string;
      hook_event_name: 'PostToolUse' | 'PostToolUseFailure';
      cwd: string;
      prompt_id?: string;
      agent_id?: string;
      source?: string;
      model?: string;
      prompt?: string;
      tool_name: string;
      tool_use_id: string;
      tool_input?: unknown;
      tool_response?: unknown;
      duration_ms?: number;
      error?: string;
      message?: string;
      message_id?: string;
      index?: number;
      final?: boolean;
      delta?: string;
      last_assistant_message?: string;
      reason?: string;
    };
    answer: Record<string, never>;
  };
  /** Any hook of a Claude Code in a terminal. */
  'POST /api/hooks/events': {
    query?: { account?: string; session?: string };
    body: {
      session_id: string;
      hook_event_name: string;
      cwd: string;
      prompt_id?: string;
      agent_id?: string;
      source?: string;
      model?: string;
      prompt?: string;
      tool_name?: string;
      tool_use_id?: string;
      tool_input?: unknown;
      tool_response?: unknown;
      duration_ms?: number;
      error?: string;
      message?: string;
      message_id?: string;
      index?: number;
      final?: boolean;
      delta?: string;
      last_assistant_message?: string;
      reason?: string;
    };
    answer: Record<string, never>;
  };
  /** Reports that were kept on the machine of a terminal. */
  'POST /api/hooks/reports': {
    body: {
      account?: string;
      session?: string;
      claudeSessionId: string;
      cwd: string;
      host: string | null;
      reports: {
        key: string;
        at: number;
        promptId: string | null;
        agentId: string | null;
        fact:
          | { type: 'started'; how: string; model: string | null }
          | { type: 'prompt'; text: string }
          | {
              type: 'tool_used';
              toolUseId: string;
              name: string;
              input: { text: string; bytes: number; cut: boolean; kept?: string };
            }
          | {
              type: 'tool_completed';
              toolUseId: string;
              name: string;
              input: { text: string; bytes: number; cut: boolean; kept?: string };
              isError: boolean;
              output: { text: string; bytes: number; cut: boolean; kept?: string };
              durationMs: number | null;
            }
          | {
              type: 'said';
              messageId: string;
              index: number;
              text: { text: string; bytes: number; cut: boolean; kept?: string };
              final: boolean;
            }
          | {
              type: 'turn_ended';
              isError: boolean;
              reason: string | null;
              text: { text: string; bytes: number; cut: boolean; kept?: string };
            }
          | { type: 'noticed'; text: string }
          | { type: 'ended'; reason: string };
      }[];
    };
    answer: { sessionId: string | null; stored: number; known: number };
  };
  /** List an account's audit log, the latest first. */
  'GET /api/audit': {
    query?: {
      account?: string;
      action?: string;
      actor?: string;
      target?: string;
      outcome?: 'done' | 'refused' | 'failed' | 'unknown';
      from?: string;
      to?: string;
      cursor?: string;
      limit?: number;
    };
    answer: { items: AuditEntry[]; next: string | null };
  };
  /** Check that no line of the audit log was changed, taken out or put in. */
  'GET /api/audit/verify': {
    query?: { account?: string; after?: number; hash?: string };
    answer: {
      account: string;
      status: 'intact' | 'broken';
      from: { number: number; hash: string };
      to: { number: number; hash: string };
      head: { number: number; hash: string };
      more: boolean;
      fault: { number: number; reason: 'missing' | 'changed' | 'unlinked' | 'foreign' | 'rewritten' } | null;
    };
  };
  /** List an account's share links, the latest first. */
  'GET /api/shares': {
    query?: { account?: string };
    answer: {
      items: {
        id: string;
        scope: { kind: 'session'; sessionId: string } | { kind: 'account' };
        expiresAt: number;
        account: string;
        name: string;
        createdAt: number;
        createdBy: string;
        opened: number;
        lastOpenedAt: number | null;
      }[];
    };
  };
  /** Make a read-only link to one session or to the page of an account. */
  'POST /api/shares': {
    body: {
      scope: { kind: 'session'; sessionId: string } | { kind: 'account' };
      account?: string;
      name?: string;
      expiresInHours?: number;
    };
    answer: {
      share: {
        id: string;
        scope: { kind: 'session'; sessionId: string } | { kind: 'account' };
        expiresAt: number;
        account: string;
        name: string;
        createdAt: number;
        createdBy: string;
        opened: number;
        lastOpenedAt: number | null;
      };
      token: string;
      url: string;
    };
  };
  /** Take a share link away. */
  'DELETE /api/shares/{id}': { params: { id: string }; query?: { account?: string }; answer: null };
  /** Exchange the secret of a share link for a cookie. */
  'POST /api/shares/open': {
    body: { token: string };
    answer: {
      id: string;
      scope: { kind: 'session'; sessionId: string } | { kind: 'account' };
      expiresAt: number;
    };
  };
  /** Say what a share link shows. */
  'GET /api/shared/{share}': {
    params: { share: string };
    answer: {
      id: string;
      scope: { kind: 'session'; sessionId: string } | { kind: 'account' };
      expiresAt: number;
    };
  };
  /** List the sessions that a share link shows, the last changed first. */
  'GET /api/shared/{share}/sessions': {
    params: { share: string };
    query?: { cursor?: string; limit?: number };
    answer: { items: SessionSummary[]; next: string | null };
  };
  /** Read a session that a share link shows. */
  'GET /api/shared/{share}/sessions/{id}': {
    params: { share: string; id: string };
    answer: { session: Session; tasks: Task[] };
  };
  /** Read the numbered events of a session that a share link shows. */
  'GET /api/shared/{share}/sessions/{id}/events': {
    params: { share: string; id: string };
    query?: { after?: number; limit?: number };
    answer: { events: LoggedEvent[]; lastEventId: number };
  };
};
