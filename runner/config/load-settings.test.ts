import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OPEN_POLICY } from '../policy/policy.ts';
import { loadSettings } from './load-settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const CREDENTIAL =
  'sbr_bG9jYWw.00000000-0000-4000-8000-000000000000.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3J';

it('takes flags before the environment before the file before the defaults', () => {
  write(
    'signalbox-runner.yml',
    'url: https://file.example\ncapacity: 3\nlabels: [gpu, linux]\nlogLevel: warn\n',
  );
  const env = {
    SIGNALBOX_RUNNER_CREDENTIAL: CREDENTIAL,
    SIGNALBOX_URL: 'https://env.example',
    SIGNALBOX_CAPACITY: '5',
    SIGNALBOX_FOLDERS: '/srv/a, /srv/b/../c',
    XDG_DATA_HOME: '/data',
  };
  expect(loadSettings({ url: 'https://flag.example' }, env, folder)).toEqual({
    status: 'ok',
    settings: {
      url: 'https://flag.example',
      credential: CREDENTIAL,
      dataDir: '/data/signalbox-runner',
      labels: ['gpu', 'linux'],
      capacity: 5,
      folders: ['/srv/a', '/srv/c'],
      claudePath: null,
      passEnvironment: [],
      checkpointSeconds: 120,
      readyTrees: 2,
      maxDisk: 50_000_000_000,
      sandbox: 'off',
      sandboxHosts: [],
      sandboxDenyRead: [],
      logLevel: 'warn',
    },
    inForce: { policy: OPEN_POLICY, source: null },
  });
});

it('names every mistake with the place where it was made', () => {
  write('other.yml', 'url: ftp://x\ncapacity: many\nlables: [a]\ncredential: abc\n');
  const env = { SIGNALBOX_LABELS: 'ok,NOT OK', SIGNALBOX_LOG_LEVEL: 'loud' };
  const result = loadSettings({ config: 'other.yml', 'data-dir': '' }, env, folder);
  const file = join(folder, 'other.yml');
  expect(result.status === 'mistaken' && result.mistakes.map(({ source }) => source)).toEqual([
    `${file}: lables`,
    `${file}: credential`,
    `${file}: url`,
    'credential',
    '--data-dir',
    'SIGNALBOX_LABELS',
    'SIGNALBOX_LABELS',
    `${file}: capacity`,
    'SIGNALBOX_LOG_LEVEL',
  ]);
});

it('reads the credential from a file of its own, named relative to the config file', () => {
  write('signalbox-runner.yml', 'url: http://127.0.0.1:1\ncredentialFile: runner.key\n');
  write('runner.key', `${CREDENTIAL}\n`);
  const result = loadSettings({}, {}, folder);
  expect(result.status === 'ok' && result.settings.credential).toBe(CREDENTIAL);
});

it('says which file is missing or no YAML', () => {
  write('broken.yml', 'labels: [a\n');
  const broken = loadSettings({ config: 'broken.yml' }, {}, folder);
  const missing = loadSettings({ config: 'missing.yml' }, {}, folder);
  expect([broken, missing].map((one) => one.status === 'mistaken' && one.mistakes[0])).toEqual([
    { source: join(folder, 'broken.yml'), message: expect.stringContaining('not valid YAML') },
    { source: join(folder, 'missing.yml'), message: expect.stringContaining('ENOENT') },
  ]);
});

it('has no flag for the credential', () => {
  const result = loadSettings({ credential: CREDENTIAL, url: 'http://127.0.0.1:1' }, {}, folder);
  expect(result).toEqual({
    status: 'mistaken',
    mistakes: [
      {
        source: 'credential',
        message:
          'is missing; set SIGNALBOX_RUNNER_CREDENTIAL or SIGNALBOX_RUNNER_CREDENTIAL_FILE, or run `signalbox-runner register`',
      },
    ],
  });
});
