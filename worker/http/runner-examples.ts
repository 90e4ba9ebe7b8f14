import type { Checkpoint } from '../../protocol/checkpoint.ts';
import type { FleetView, RunnerView } from '../../protocol/fleet-view.ts';
import type { JobKey } from '../../protocol/job-envelope.ts';
import type { RegistrationTokenView } from '../../protocol/registration.ts';
import { EXAMPLE_SESSION_ID, EXAMPLE_TASK_ID } from './session-examples.ts';

/* A runner, as the API's description shows it. */

export const EXAMPLE_ACCOUNT = 'github:583231';
export const EXAMPLE_RUNNER_ID = '9d0a6f0e-88cb-4c8a-a9a5-7a0b1f6a2c11';

const SEEN_AT = 1_780_000_030_000;
const GB = 1_000_000_000;

/** Shapes only; they prove nothing. */
export const EXAMPLE_CREDENTIAL = `sbr_Z2l0aHViOjU4MzIzMQ.${EXAMPLE_RUNNER_ID}.${'A'.repeat(43)}`;
export const EXAMPLE_TOKEN = `sbt_Z2l0aHViOjU4MzIzMQ.1c7f3d0a-5a43-4a9e-8e0f-3f8f0b1f7a55.${'A'.repeat(43)}`;

export const EXAMPLE_RUNNER: RunnerView = {
  id: EXAMPLE_RUNNER_ID,
  name: 'build-1',
  status: 'online',
  drainAsked: false,
  labels: ['linux', 'gpu'],
  capacity: 4,
  version: '0.1.0',
  claudeVersion: '2.0.14',
  jobs: [{ taskId: EXAMPLE_TASK_ID, epoch: 1 }],
  metrics: {
    cpuShare: 0.42,
    memoryUsedBytes: 6 * GB,
    memoryTotalBytes: 16 * GB,
    diskFreeBytes: 120 * GB,
    diskTotalBytes: 250 * GB,
  },
  lastSeenAt: SEEN_AT,
};

export const EXAMPLE_FLEET: FleetView = {
  runners: [EXAMPLE_RUNNER],
  queue: [
    {
      taskId: `${EXAMPLE_SESSION_ID}.2`,
      sessionId: EXAMPLE_SESSION_ID,
      enqueuedAt: SEEN_AT,
      labels: ['gpu'],
    },
  ],
};

export const EXAMPLE_TOKEN_VIEW: RegistrationTokenView = {
  id: '1c7f3d0a-5a43-4a9e-8e0f-3f8f0b1f7a55',
  name: 'build-1',
  labels: ['gpu'],
  status: 'used',
  createdAt: SEEN_AT - 60_000,
  expiresAt: SEEN_AT + 3_540_000,
  runnerId: EXAMPLE_RUNNER_ID,
};

/** The public key of RFC 8037, appendix A. */
export const EXAMPLE_JOB_KEY: JobKey = {
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};

const START = '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d';

export const EXAMPLE_CHECKPOINT: Checkpoint = {
  version: 1,
  id: '5a0e1f7c-9f7f-4e58-8d0b-0f5c9a1d2e3f',
  epoch: 1,
  ordinal: 2,
  turn: 1,
  madeAt: SEEN_AT,
  branch: 'signalbox/mend-the-login-form-0f8f6d5e',
  tip: START,
  start: START,
  work: '762941318ee16e59dabbacb1b4049eec22f0d303',
  needs: [START],
  claudeSessionId: '6f1b1c36-2d4e-4d53-8d3c-1df0c1c7a9be',
  cwd: '/var/lib/signalbox/worktrees/0f8f6d5e',
  messages: [],
  bundleBytes: 20_480,
  transcriptBytes: 8_192,
  taskId: EXAMPLE_TASK_ID,
  runnerId: EXAMPLE_RUNNER_ID,
  runnerName: 'build-1',
  storedAt: SEEN_AT + 500,
};
