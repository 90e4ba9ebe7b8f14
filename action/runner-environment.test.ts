import { expect, it } from 'vitest';
import { runnerEnvironment } from './runner-environment.ts';

const SETTINGS = {
  url: 'https://signalbox.example',
  credential: 'sbr_x',
  label: 'job-1',
  dataDir: '/tmp/data',
  claudePath: null,
  passEnvironment: ['AWS_REGION'],
};

it('hands the runner what it needs, and no token or secret of the workflow', () => {
  const env = runnerEnvironment(
    {
      PATH: '/bin',
      HOME: '/home/runner',
      RUNNER_TRACKING_ID: 'github_1',
      ANTHROPIC_API_KEY: 'sk',
      AWS_REGION: 'eu-central-1',
      AWS_SECRET_ACCESS_KEY: 'no',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'no',
      ACTIONS_RUNTIME_TOKEN: 'no',
      GITHUB_TOKEN: 'no',
      GITHUB_ENV: '/no',
      INPUT_KEY: 'no',
      DEPLOY_KEY: 'no',
      SIGNALBOX_POLICY: '/no',
      NODE_OPTIONS: '--no',
    },
    SETTINGS,
  );
  expect(env).toEqual({
    PATH: '/bin',
    HOME: '/home/runner',
    RUNNER_TRACKING_ID: 'github_1',
    ANTHROPIC_API_KEY: 'sk',
    AWS_REGION: 'eu-central-1',
    SIGNALBOX_URL: 'https://signalbox.example',
    SIGNALBOX_RUNNER_CREDENTIAL: 'sbr_x',
    SIGNALBOX_LABELS: 'job-1',
    SIGNALBOX_CAPACITY: '1',
    SIGNALBOX_DATA_DIR: '/tmp/data',
    SIGNALBOX_READY_TREES: '0',
    SIGNALBOX_PASS_ENVIRONMENT: 'RUNNER_TRACKING_ID,AWS_REGION',
  });
});
