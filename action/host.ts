import type { InputName, Inputs } from './inputs.ts';
import type { StepOutput } from './step-output.ts';

/** What a step says to those that come after it. */
export type OutputName =
  | 'session-id'
  | 'task-id'
  | 'url'
  | 'status'
  | 'pr-url'
  | 'pr-number'
  | 'branch'
  | 'commit'
  | 'cost-usd'
  | 'summary'
  | 'structured-output';

/** What the main step leaves for its post step. */
export type StateName = 'started' | 'task' | 'settled';

/** The runner of GitHub Actions, as a step meets it. */
export type Host = {
  env: NodeJS.ProcessEnv;
  /** The event that set off the workflow; null when there is no file of it. */
  payload: () => Promise<unknown>;
  input: (name: InputName) => string;
  output: (name: OutputName, value: string) => void;
  state: (name: StateName) => string;
  saveState: (name: StateName, value: string) => void;
  write: (output: StepOutput) => void;
  /** Has the log hide a text. */
  hide: (secret: string) => void;
  summary: (markdown: string) => Promise<void>;
  /** An error annotation; the step has failed. */
  fail: (message: string) => void;
  idToken: (audience: string) => Promise<string>;
  fetch: typeof fetch;
  /** The folder of the bundles. */
  bundleDir: string;
  random: () => number;
  now: () => number;
  /** The workflow is cancelled. */
  cancelled: AbortSignal;
};

export type JobRunnerInputs = Extract<Inputs['runner'], { type: 'job' }>;
