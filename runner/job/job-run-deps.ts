import type { Logger } from 'pino';
import type { ReportRescueBody } from '../../protocol/git-access.ts';
import type { CheckpointKeeper } from '../checkpoint/checkpoint-keeper.ts';
import type { ClaudeDriver } from '../claude/driver.ts';
import type { CommandDeps } from '../commands/run-command.ts';
import type { Policy } from '../policy/policy.ts';
import type { KnownValues } from '../redact/known-values.ts';
import type { SocketDeps } from '../socket/reconnecting-socket.ts';
import type { Workspaces } from '../workspace/open-workspaces.ts';
import type { MachineChecks } from './job-context.ts';

/** What all jobs of a runner share. */
export type JobRunDeps = {
  controlUrl: string;
  dataDir: string;
  log: Logger;
  /** ms since 1970. */
  now: () => number;
  /** Milliseconds that only grow. */
  monotonic: () => number;
  random: () => number;
  fetch: typeof fetch;
  driver: ClaudeDriver;
  workspaces: Workspaces;
  machineChecks: MachineChecks;
  /** What the machine's owner allows. */
  policy: Policy;
  /** How commands of a repository are run. */
  commands: CommandDeps;
  /** Values that never appear in an event or the log: the runner's credential, the model's keys, living tokens. */
  known: KnownValues;
  keeper: CheckpointKeeper;
  /** Tells the control plane where the work of an attempt is kept that may no longer write to the log. */
  reportRescue: (rescue: ReportRescueBody) => Promise<unknown>;
  /** Gives up the space that is held back, so that the end can be written on a full disk. */
  makeRoom: () => void;
  /** How long Claude Code waits for an answer before it is ended. */
  parkAfterMs?: number;
  socket?: Pick<SocketDeps, 'pingIntervalMs'>;
};
