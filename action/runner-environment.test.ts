import { expect, it } from 'vitest';
import { npmEnvironment, runnerEnvironment } from './runner-environment.ts';

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

it('hands npm its settings, which the runner does not get', () => {
  const env = {
    PATH: '/bin',
    NPM_CONFIG_USERCONFIG: '/temp/.npmrc',
    npm_config_registry: 'https://npm.example',
    NODE_AUTH_TOKEN: 'npm_x',
    GITHUB_TOKEN: 'no',
  };
  const runner = runnerEnvironment(env, SETTINGS);
  expect(Object.keys(runner).filter((name) => /npm|TOKEN/i.test(name))).toEqual([]);
  expect(npmEnvironment(env, runner)).toEqual({
    ...runner,
    NPM_CONFIG_USERCONFIG: '/temp/.npmrc',
    npm_config_registry: 'https://npm.example',
    NODE_AUTH_TOKEN: 'npm_x',
  });
});

it('has the runner heed the proxies of the job, in a form that Node takes', () => {
  const env = { HTTPS_PROXY: 'proxy.example:3128', no_proxy: 'intra.example', HTTP_PROXY: 'http://[' };
  expect(runnerEnvironment(env, SETTINGS)).toMatchObject({
    HTTPS_PROXY: 'http://proxy.example:3128',
    no_proxy: 'intra.example',
    NODE_USE_ENV_PROXY: '1',
  });
  expect(runnerEnvironment(env, SETTINGS)).not.toHaveProperty('HTTP_PROXY');
});
