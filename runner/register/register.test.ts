import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../config/load-settings.ts';
import { checkJobKeys } from '../doctor/check-job-keys.ts';
import { makeEnvelopeSigner } from '../testing/envelope-signer.ts';
import { RegistryDouble, TOKEN } from '../testing/registry-double.ts';
import { type RunnerProcess, startRunnerProcess } from '../testing/start-runner-process.ts';

let folder: string;
let registry: RegistryDouble;
let runners: RunnerProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'register-'));
  registry = await new RegistryDouble().start();
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.clear()));
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');

/** Runs one command to its end. */
async function run(args: string[], env: Record<string, string> = {}) {
  const basics = { PATH: process.env.PATH, HOME: folder, SIGNALBOX_DATA_DIR: dataDir() };
  const runner = startRunnerProcess(folder, { ...basics, ...env }, args);
  runners.push(runner);
  return { code: await runner.exited, log: runner.log() };
}

const register = (
  args: string[] = [],
  env: Record<string, string> = { SIGNALBOX_REGISTRATION_TOKEN: TOKEN },
) => run(['register', '--url', registry.url, '--name', 'build-1', ...args], env);

function settings() {
  const result = loadSettings({}, { SIGNALBOX_DATA_DIR: dataDir() }, folder);
  if (result.status === 'mistaken') throw new Error(JSON.stringify(result.mistakes));
  return result.settings;
}

const checkKeys = () => checkJobKeys(settings(), { fetch, random: () => 0 });

describe('register', () => {
  it('leaves what start needs in the data folder, for its owner alone, and shows no secret', async () => {
    const { code, log } = await register();
    expect([code, log]).toEqual([0, expect.stringContaining('Registered as "build-1"')]);
    expect(settings()).toMatchObject({
      url: registry.url,
      credential: registry.credentials[0],
      labels: ['gpu'],
      dataDir: dataDir(),
    });
    expect(readdirSync(dataDir()).sort()).toEqual(['job-keys.json', 'registration.json']);
    const modes = readdirSync(dataDir()).map((name) => statSync(join(dataDir(), name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
    for (const secret of [TOKEN, registry.credentials[0] ?? '']) expect(log).not.toContain(secret);
    expect(await checkKeys()).toMatchObject({ status: 'ok' });
  });

  it('asks again with the same nonce when answers are lost, and keeps the last credential', async () => {
    registry.answersToLose = 2;
    expect((await register()).code).toBe(0);
    expect(new Set(registry.nonces).size).toBe(1);
    expect(registry.credentials).toHaveLength(3);
    expect(settings().credential).toBe(registry.credentials[2]);
  });

  it('can be run again after it was given up in the middle', async () => {
    registry.answersToLose = 4;
    const first = await register();
    expect([first.code, first.log]).toEqual([1, expect.stringContaining('does not answer')]);
    expect((await register()).code).toBe(0);
    expect(new Set(registry.nonces).size).toBe(1);
  });

  it('says why when the token was used by another machine', async () => {
    registry.nonces.push('the-nonce-of-another-machine');
    const { code, log } = await register();
    expect([code, log.trim()]).toEqual([1, 'used already Make a new one.']);
    expect(() => settings()).toThrow('signalbox-runner register');
  });

  it('takes the token from a file, and never as an argument', async () => {
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    expect((await register(['--token-file', join(folder, 'token')], {})).code).toBe(0);
    expect((await register(['--token', TOKEN])).code).toBe(2);
    expect((await register([], {})).log).toContain('not a registration token');
  });

  it('gives way to a credential that is set', async () => {
    await register();
    const other = `sbr_bG9jYWw.00000000-0000-4000-8000-000000000002.${'o'.repeat(43)}`;
    const env = {
      SIGNALBOX_DATA_DIR: dataDir(),
      SIGNALBOX_RUNNER_CREDENTIAL: other,
      SIGNALBOX_URL: 'http://x',
    };
    expect(loadSettings({}, env, folder)).toMatchObject({
      settings: { credential: other, url: 'http://x', labels: [] },
    });
  });
});

describe('trust', () => {
  it('takes over a key that was changed on purpose, once somebody says so', async () => {
    await register();
    const former = registry.signer.publicKey.kid;
    registry.signer = makeEnvelopeSigner();
    expect(await checkKeys()).toMatchObject({ status: 'broken', remedy: expect.stringContaining('trust') });
    const { kid } = registry.signer.publicKey;
    const other = await run(['trust', '--key', former]);
    expect([other.code, other.log]).toEqual([1, expect.stringContaining(`announces ${kid}`)]);
    const { code, log } = await run(['trust', '--key', kid]);
    expect([code, log]).toEqual([0, expect.stringContaining(`now trusted  ${kid}`)]);
    expect(log).toContain(`no longer      ${former}`);
    expect(await checkKeys()).toMatchObject({ status: 'ok' });
  });

  it('can come before the change, so that no job is refused', async () => {
    await register();
    const next = makeEnvelopeSigner();
    registry.next = next;
    expect(await checkKeys()).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining(next.publicKey.kid),
    });
    expect((await run(['trust'])).code).toBe(0);
    registry.signer = next;
    registry.next = null;
    expect(await checkKeys()).toMatchObject({ status: 'ok' });
  });

  it('mends a file of keys that was damaged', async () => {
    await register();
    writeFileSync(join(dataDir(), 'job-keys.json'), '{');
    expect(await checkKeys()).toMatchObject({ status: 'broken' });
    expect((await run(['trust'])).code).toBe(0);
    expect(readFileSync(join(dataDir(), 'job-keys.json'), 'utf8')).toContain(registry.signer.publicKey.kid);
  });
});
