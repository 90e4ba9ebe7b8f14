import type { Logger } from 'pino';
import type { RunnerEvent } from '../../protocol/events.ts';
import type { Job } from '../../protocol/job.ts';
import type { ClaudeDriver } from '../claude/driver.ts';
import type { JobApiDeps } from '../http/git-token.ts';
import type { Check } from '../machine/check.ts';
import type { Workspaces } from '../workspace/open-workspaces.ts';
import type { JobStop } from './job-stop.ts';
import type { MessageBox } from './message-box.ts';
import type { PublishOrder } from './publish-order.ts';
import type { Recall } from './recall.ts';

/** Looks at the machine before a job; what was found good a while ago is not looked at again. */
export type MachineChecks = () => Promise<readonly Check[]>;

/** What the phases of one job share. Each phase gets the whole and uses a part. */
export type JobContext = {
  job: Job;
  epoch: number;
  /** When the job came, on the clock of `monotonic`. */
  assignedAtMs: number;
  recall: Recall;
  log: Logger;
  monotonic: () => number;
  driver: ClaudeDriver;
  workspaces: Workspaces;
  machineChecks: MachineChecks;
  /** Journals an event; once the lease is lost it does nothing. */
  emit: (event: RunnerEvent) => void;
  /** Claude's process has (or is) another one now. */
  onClaudeProcess: (pid: number | null) => void;
  stop: JobStop;
  messages: MessageBox;
  publish: PublishOrder;
  api: JobApiDeps;
  /** Gives up the space that is held back for the case that the disk is full. */
  makeRoom: () => void;
  /** Tokens that must not appear in an event while they live. */
  secrets: Set<string>;
};
