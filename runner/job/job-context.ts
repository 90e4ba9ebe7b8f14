import type { Logger } from 'pino';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { Job } from '../../protocol/job.ts';
import type { CheckpointKeeper, JobCheckpoints } from '../checkpoint/checkpoint-keeper.ts';
import type { ClaudeDriver } from '../claude/driver.ts';
import type { CommandDeps } from '../commands/run-command.ts';
import type { JobApiDeps } from '../http/git-token.ts';
import type { Check } from '../machine/check.ts';
import type { Policy } from '../policy/policy.ts';
import type { QuestionDesk } from '../questions/question-desk.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { Workspaces } from '../workspace/open-workspaces.ts';
import type { FinishOrder } from './finish-order.ts';
import type { GateOrder } from './gate-order.ts';
import type { JobStop } from './job-stop.ts';
import type { KeptTexts } from './kept-texts.ts';
import type { MessageBox } from './message-box.ts';
import type { PauseOrder } from './pause-order.ts';
import type { PublishOrder } from './publish-order.ts';
import type { Recall } from './recall.ts';
import type { RejectOrder } from './reject-order.ts';

/** Looks at the machine before a job; what was found good a while ago is not looked at again. */
export type MachineChecks = () => Promise<readonly Check[]>;

/** What Claude has to be told when it goes on on another machine. */
export type Moved = {
  /** Where the folder was; null when Claude starts from the beginning. */
  from: string | null;
  /** Messages to the task that Claude does not know of. */
  missed: readonly { author: string; text: string }[];
};

/** What the phases of one job share. Each phase gets the whole and uses a part. */
export type JobContext = {
  job: Job;
  epoch: number;
  /** When the job came, on the clock of `monotonic`. */
  assignedAtMs: number;
  /** What is known of earlier lives; a stored state of another machine adds to it. */
  recall: Recall;
  log: Logger;
  monotonic: () => number;
  driver: ClaudeDriver;
  workspaces: Workspaces;
  machineChecks: MachineChecks;
  /** What the machine's owner allows. */
  policy: Policy;
  /** How commands of a repository are run. */
  commands: CommandDeps;
  /** Journals an event; once the lease is lost it does nothing. */
  emit: (event: RunnerEvent) => void;
  /** Claude's process has (or is) another one now. */
  onClaudeProcess: (pid: number | null) => void;
  /** Stores states of the session for other machines. */
  checkpoints: JobCheckpoints;
  keeper: CheckpointKeeper;
  /** Messages that Claude has had in this task, whoever told it. */
  heard: string[];
  /** Set once the folder is ready, where another machine had begun. */
  moved: Moved | null;
  /** Where the repositories of the task are, for Claude; set once they are there, where it has several. */
  folders?: string | null;
  /** For an attempt that may no longer write to the log: says where its work is kept. */
  reportRescue: (rescue: { ref: string; sha: string }) => Promise<void>;
  stop: JobStop;
  messages: MessageBox;
  pause: PauseOrder;
  /** Null where the machine's owner lets nobody speak to a running job. */
  questions: QuestionDesk | null;
  finish: FinishOrder;
  gates: GateOrder;
  publish: PublishOrder;
  reject: RejectOrder;
  api: JobApiDeps;
  /** Gives up the space that is held back for the case that the disk is full. */
  makeRoom: () => void;
  /** Tokens that must not appear in an event while they live. */
  secrets: { add(secret: string): void };
  /** Takes secrets out of texts before they are cut, and of events before they are written. */
  redactor: Redactor;
  /** The whole of outputs that are cut in the log. */
  outputs: KeptTexts;
};
