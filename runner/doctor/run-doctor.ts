import { freemem, totalmem } from 'node:os';
import type { SettingsResult } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { judgeDiskUse } from '../disk/show-disk.ts';
import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import { checkClaude } from '../machine/check-claude.ts';
import { checkDataFolder, checkDisk, formatBytes } from '../machine/check-disk.ts';
import { checkGit } from '../machine/check-git.ts';
import { describePolicy } from '../policy/describe-policy.ts';
import { startSandbox } from '../start/start-sandbox.ts';
import { readDiskUse } from '../workspace/disk-use.ts';
import { checkControlPlane } from './check-control-plane.ts';
import { checkCredential } from './check-credential.ts';
import { checkJobKeys } from './check-job-keys.ts';

/** One Claude Code takes about 200 MB, and what it builds takes more. */
const LEAST_MEMORY_BYTES = 1_000_000_000;

export type DoctorInput = {
  result: SettingsResult;
  env: NodeJS.ProcessEnv;
  /** Looked at when the settings do not say otherwise. */
  fallbackDataDir: string;
};

export function judgeMemory(availableBytes: number, totalBytes: number): Check {
  const detail = `${formatBytes(availableBytes)} of ${formatBytes(totalBytes)} free`;
  if (availableBytes >= LEAST_MEMORY_BYTES) return checkOk('memory', detail);
  const remedy = 'Each job takes about 200 MB and what its commands need: lower the capacity, or add memory.';
  return checkFailed('memory', 'warning', detail, remedy);
}

function checkSettings(result: SettingsResult): Check[] {
  if (result.status === 'ok') return [checkOk('settings', 'complete')];
  return result.mistakes.map(({ source, message }) =>
    checkFailed(
      'settings',
      'broken',
      `${source} ${message}`,
      'See `signalbox-runner help` for all settings.',
    ),
  );
}

/** What is in force is said in any case: nobody should have to guess what a machine lets jobs do. */
function checkPolicy(result: SettingsResult): Check[] {
  if (result.status !== 'ok') return [];
  const { policy, source } = result.inForce;
  const from = source === null ? 'none is set (SIGNALBOX_POLICY)' : source;
  return [checkOk('policy', `${from}: ${describePolicy(policy)}`)];
}

/** Starts a sandbox as the runner would, and says how it went; off, whether there could be one. */
async function checkSandbox(
  settings: Settings | null,
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<Check | null> {
  if (settings === null) return null;
  const mode = settings.sandbox === 'off' ? 'auto' : settings.sandbox;
  const quiet = { info: () => undefined, warn: () => undefined };
  const { check, stop } = await startSandbox(dataDir, { ...settings, sandbox: mode }, env, quiet);
  await stop();
  if (settings.sandbox !== 'off' || check === null) return check;
  const can = check.status === 'ok' ? 'this machine could have one' : 'this machine could not have one';
  return checkOk(
    'sandbox',
    `off: Claude Code runs with the rights of the runner; ${can} (SIGNALBOX_SANDBOX)`,
  );
}

/** Checks everything that a runner needs, as far as the settings allow. */
export async function runDoctor({ result, env, fallbackDataDir }: DoctorInput): Promise<Check[]> {
  const settings = result.status === 'ok' ? result.settings : null;
  const dataDir = settings?.dataDir ?? fallbackDataDir;
  const folder = checkDataFolder(dataDir);
  const [git, claude, remote] = await Promise.all([
    checkGit(),
    checkClaude({
      env,
      dataDir,
      executable: settings?.claudePath ?? null,
      passThrough: settings?.passEnvironment ?? [],
    }),
    settings === null
      ? []
      : Promise.all([
          checkControlPlane(settings.url, { fetch, now: Date.now }),
          checkCredential(settings.url, settings.credential),
          checkJobKeys(settings, { fetch, random: Math.random }),
        ]).then(([reached, credential, keys]) => [...reached, credential, keys]),
  ]);
  const sandbox = await checkSandbox(settings, dataDir, env);
  const bound = judgeDiskUse(await readDiskUse(dataDir));
  const memory = judgeMemory(freemem(), totalmem());
  return [
    ...checkSettings(result),
    ...checkPolicy(result),
    git,
    ...claude.checks,
    folder,
    checkDisk(dataDir),
    ...(bound === null ? [] : [bound]),
    memory,
    ...(sandbox === null ? [] : [sandbox]),
    ...remote,
  ];
}
