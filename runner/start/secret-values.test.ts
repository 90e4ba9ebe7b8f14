import { expect, it } from 'vitest';
import { secretValues } from './secret-values.ts';

const settings = { credential: 'the-credential', passEnvironment: ['AWS_REGION'] };

it('names the credential and every secret of the environment, passed on or not', () => {
  const env = {
    ANTHROPIC_API_KEY: 'model-key',
    AWS_SECRET_ACCESS_KEY: 'aws-secret',
    DATABASE_URL: 'postgres://app:hunter2hunter2@db.internal/app',
    NPM_TOKEN: 'npm-token',
    SMTP_PASSWORD: 'smtp-password',
  };
  expect(secretValues(settings, env)).toEqual([
    'the-credential',
    'model-key',
    'aws-secret',
    'hunter2hunter2',
    'npm-token',
    'smtp-password',
  ]);
});

it('leaves ordinary words and the places of files readable', () => {
  const env = {
    AWS_REGION: 'eu-central-1',
    KEYBOARD_LAYOUT: 'de-latin1',
    SSH_AUTH_SOCK: '/run/user/1000/agent.sock',
    SIGNALBOX_RUNNER_CREDENTIAL_FILE: '/etc/signalbox/credential',
    GOOGLE_APPLICATION_CREDENTIALS: '/etc/gcp/account.json',
    EMPTY_TOKEN: '',
  };
  expect(secretValues(settings, env)).toEqual(['the-credential']);
});
