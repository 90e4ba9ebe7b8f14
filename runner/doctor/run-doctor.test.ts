import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsResult } from '../config/load-settings.ts';
import { judgeFreeSpace } from '../machine/check-disk.ts';
import { judgeGitVersion } from '../machine/check-git.ts';
import { OPEN_POLICY } from '../policy/policy.ts';
import { ControlPlaneDouble, CREDENTIAL } from '../testing/control-plane-double.ts';
import { judgeClock } from './check-control-plane.ts';
import { formatReport, isHealthy, jsonReport } from './format-report.ts';
import { runDoctor } from './run-doctor.ts';

let folder: string;
let plane: ControlPlaneDouble;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  plane = await new ControlPlaneDouble().start();
});
afterEach(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

const ENV = { PATH: process.env.PATH, CLAUDE_CONFIG_DIR: '/nowhere', HOME: '/nowhere' };

function settings(over: { url?: string; dataDir?: string } = {}): SettingsResult {
  return {
    status: 'ok',
    settings: {
      url: plane.url,
      credential: CREDENTIAL,
      dataDir: folder,
      labels: [],
      capacity: 1,
      folders: [],
      claudePath: null,
      passEnvironment: [],
      checkpointSeconds: 0,
      readyTrees: 0,
      maxDisk: 1e9,
      sandbox: 'off',
      sandboxHosts: [],
      sandboxDenyRead: [],
      logLevel: 'silent',
      ...over,
    },
    inForce: { policy: OPEN_POLICY, source: null },
  };
}

async function statuses(result: SettingsResult, env: NodeJS.ProcessEnv = ENV) {
  const checks = await runDoctor({ result, env, fallbackDataDir: folder });
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

describe('doctor', () => {
  it('finds a machine ready that has everything', async () => {
    expect(await statuses(settings(), { ...ENV, ANTHROPIC_API_KEY: 'test-key' })).toMatchObject({
      settings: 'ok',
      git: 'ok',
      claude: 'ok',
      login: 'ok',
      'data folder': 'ok',
      'control plane': 'ok',
      clock: 'ok',
      credential: 'ok',
    });
  });

  it('names everything that is missing at once, each with how to mend it', async () => {
    plane.credential = 'another';
    plane.protocol = 77;
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const result = settings({ dataDir: join(file, 'data') });
    const env = { ...ENV, CLAUDE_CODE_PATH: join(folder, 'no-claude') };
    const checks = await runDoctor({ result, env, fallbackDataDir: folder });
    const broken = checks.filter((check) => check.status === 'broken');
    expect(broken.map(({ name }) => name)).toEqual([
      'claude',
      'data folder',
      'disk',
      'control plane',
      'credential',
    ]);
    expect(broken.every(({ remedy }) => remedy !== null && remedy !== '')).toBe(true);
    expect(isHealthy(checks)).toBe(false);
  });

  it('says that nobody answers at the address', async () => {
    await plane.close();
    expect(await statuses(settings())).toMatchObject({ 'control plane': 'broken', credential: 'broken' });
    plane = await new ControlPlaneDouble().start();
  });

  it('checks the machine even when the settings are mistaken', async () => {
    const mistakes = [{ source: '--capacity', message: 'must be a whole number' }];
    expect(await statuses({ status: 'mistaken', mistakes })).toMatchObject({ settings: 'broken', git: 'ok' });
  });

  it('reports for people and for programs', () => {
    const checks = [
      judgeGitVersion('git version 2.39.5 (Apple Git-154)\n'),
      judgeGitVersion('git version 2.20.1'),
      judgeGitVersion(null),
      judgeFreeSpace(1_000_000, '/data'),
      judgeFreeSpace(1_000_000_000, '/data'),
    ];
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'broken', 'broken', 'broken', 'warning']);
    expect(formatReport(checks)).toContain('3 things are to be mended.');
    expect(JSON.parse(jsonReport(checks))).toMatchObject({
      ok: false,
      checks: [{ name: 'git', status: 'ok' }, {}, {}, {}, {}],
    });
  });

  it('finds a wrong clock, in whichever direction, and allows for the time that the answer took', () => {
    const noon = Date.parse('2026-11-21T12:00:00Z');
    const header = new Date(noon).toUTCString();
    const skews = [0, 20_000, -20_000, 90_000, -90_000];
    const found = skews.map((skew) => judgeClock(header, noon + skew, noon + skew + 100).status);
    expect(found).toEqual(['ok', 'ok', 'ok', 'broken', 'broken']);
    expect(judgeClock(header, noon - 60_000, noon + 60_000).status).toBe('ok');
  });
});
