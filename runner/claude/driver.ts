import type { AttachmentType } from '../../protocol/attachments.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { Failure } from '../../protocol/outcome.ts';
import type { GitFolders } from '../sandbox/sandbox-plan.ts';
import type { ModelAnswer, ModelQuestion } from './ask-model.ts';
import type { CleanText } from './clean-message.ts';
import type { KeepWhole } from './map-message.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { ToolPolicy } from './tool-policy.ts';
import type { AskPerson } from './tool-question.ts';

/** What one conversation with Claude Code needs. Plain data: two equal specs may share a process. */
export type ClaudeSpec = {
  /** Also the id of Claude's session when it starts for the first time. */
  sessionId: string;
  /** Claude's session of an earlier task. Without its transcript on this machine a fresh one starts. */
  resumeId: string | null;
  /**
   * Must exist when `open` is called, with the trusted `.git`, `.claude/`, `.mcp.json` and `CLAUDE.md` in place:
   * the CLI reads settings, skills and servers when it starts and CLAUDE.md soon after. Everything else may
   * still be filling until `turn` is called.
   */
  cwd: string;
  additionalDirectories: readonly { path: string; writable: boolean }[];
  /** The repository behind `cwd`, for the sandbox. Null: there is none, or it lies in `cwd`. */
  git: GitFolders | null;
  model: string | null;
  /** Limits of the task. Null: none. */
  maxTurns: number | null;
  maxUsd: number | null;
  tools: ToolPolicy;
  /** A JSON Schema of the answer that is wanted besides the work. Left out or null: none. */
  outputSchema?: Readonly<Record<string, unknown>> | null;
  /** Which settings files the CLI obeys. `project` also means the worktree's CLAUDE.md. */
  settingSources: readonly SettingSource[];
};

export type SettingSource = 'user' | 'project' | 'local';

/** The operator's settings and the repository's. `local` is for a person at a terminal. */
export const DEFAULT_SETTING_SOURCES: readonly SettingSource[] = ['user', 'project'];

export type TurnPrompt = {
  /** What was asked. Goes in last, so that nothing after it can pass for it. */
  request: string;
  /** The thread, framed as untrusted by the control plane. A block of its own. */
  context: string | null;
  /** Images that came with it. */
  images?: readonly PromptImage[];
  /**
   * An earlier process put a tool use off (`parked`), which the new one takes up by itself; `request` is said only where
   * it does not.
   */
  takesUp?: boolean;
};

/** `data` is base64. */
export type PromptImage = { type: AttachmentType; data: string };

export type TurnOptions = {
  /** Facts in the order in which they happen. Called synchronously; must not throw. */
  emit: (event: RunnerEvent) => void;
  /** Takes secrets out of what Claude Code says before it becomes an event. */
  clean: CleanText;
  /** Keeps the whole of an input or output that is cut for its event; without secrets already. */
  keepWhole: KeepWhole;
  /** When the job came to this runner, on the clock of `DriverDeps.now`. */
  assignedAtMs: number;
  /** Time left for this turn; a warning notice is written when `warnAfterMs` of it have passed. */
  timeLimitMs: number | null;
  warnAfterMs: number | null;
  /** Tokens left for this turn, without those read from the cache. Left out or null: no limit. */
  tokensLeft?: number | null;
  /** Asks people what Claude wants to know, and for what it may not do by itself. Left out: nobody is asked. */
  ask?: AskPerson;
  /** While it is on, Claude holds: see `claude.paused`. */
  pause?: PauseSwitch;
};

/** Why somebody wants a turn to end before Claude is done. */
export type InterruptReason = 'cancelled' | 'stopped' | 'drained';

/** How a turn ended. The first reason wins. `resumable` work lies in the worktree and the transcript. */
export type TurnEnd =
  | { type: 'finished'; text: string }
  | { type: 'interrupted'; reason: InterruptReason }
  /** A question waits without a process. `deferred`: the next process goes on with it by itself. */
  | { type: 'parked'; deferred: boolean }
  | { type: 'timed_out' }
  | { type: 'exhausted'; limit: 'turns' | 'usd' | 'tokens' }
  /** `kind` is one of not_installed, not_logged_in, api_overloaded, api_unreachable, api_error, usage_limit,
   * bad_request, stalled, exited_without_result, killed, internal. */
  | { type: 'failed'; failure: Failure };

/**
 * `delivered`: the model has it (or it was the start of a following turn). `not_running`: no turn took it; make
 * it the prompt of the next one.
 */
export type SayResult = 'delivered' | 'not_running';

/** One conversation: usually one process, more when one has to be replaced after a crash. */
export type ClaudeConversation = {
  /** Known at once: it is chosen here, not by the CLI. */
  readonly claudeSessionId: string;
  /** The transcript of an earlier task was found and is continued. */
  readonly resumed: boolean;
  /** The live process, for the record of orphans; null before the spawn and after the end. */
  readonly pid: number | null;
  /**
   * Sends the prompt as soon as the process is up and runs until Claude is done, with the retries that the kind
   * of a failure allows. One at a time. Never rejects for a failure of Claude's: see `TurnEnd`.
   */
  turn(prompt: TurnPrompt, options: TurnOptions): Promise<TurnEnd>;
  /** A message in the middle of a turn: it reaches the model at its next step. The same `id` is sent only once. */
  say(message: { id: string; text: string; images?: readonly PromptImage[] }): Promise<SayResult>;
  /** Ends the running turn; `turn` then resolves with this reason. Resolves when nothing of the turn runs any more. */
  interrupt(reason: InterruptReason): Promise<void>;
  /** Keeps the process for the session's next task for a while. The conversation is not used after it. */
  release(): Promise<void>;
  /** Ends the process and all it started. Resolves when they are gone. */
  end(): Promise<void>;
};

export type ClaudeDriver = {
  /** Asks a model something beside any conversation; see `askModel`. */
  ask(question: ModelQuestion): Promise<ModelAnswer>;
  /** What a process may write to is fixed when it starts: its folder has to be linked to its repository by then. */
  readonly isSandboxed: boolean;
  /** Starts the process at once (in its turn: few starts at a time) or takes the session's kept one. */
  open(spec: ClaudeSpec): ClaudeConversation;
  /** Ends kept processes: of one session (before its worktree goes), or of all (memory is wanted). */
  endIdle(sessionId?: string): Promise<void>;
  /** Processes alive, for heartbeats: `busy` have a turn or wait for one, `idle` are kept. */
  count(): { busy: number; idle: number };
  /** Ends everything; `open` throws afterwards. */
  close(): Promise<void>;
};
