import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Where they wait for the process that this one becomes. */
const HANDED_OVER = 'SIGNALBOX_ACTION_HANDED';

/** What lets its holder act for the workflow, and whatever else is called like a secret. */
const SECRET = /^(?:ACTIONS_|INPUT_)|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|_KEY$|^STATE_/;

/**
 * Takes secrets out of what every process of this user can read: the environment that a process was started with stays
 * in `/proc/<pid>/environ` for its whole life. Claude's commands run as the same user where the runner is inside the
 * job, and who has the job's OIDC request token can be the workflow anywhere. So the step becomes itself again with a
 * clean environment; the rest goes by a file that is gone before anything is started. Linux only: elsewhere nothing
 * shows an environment like that.
 */
export function hideSecrets(env: NodeJS.ProcessEnv): void {
  const handed = env[HANDED_OVER];
  if (handed !== undefined) {
    takeSecrets(env, handed);
    return;
  }
  // Only the main step leaves a state, and only for its post step, which starts nothing.
  if (env.INPUT_RUNNER !== 'job' || env.STATE_started !== undefined) return;
  if (process.platform !== 'linux' || process.execve === undefined) return;
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const secrets = entries.filter(([name]) => SECRET.test(name));
  const file = join(mkdtempSync(join(tmpdir(), 'signalbox-step-')), 'environment');
  writeFileSync(file, JSON.stringify(Object.fromEntries(secrets)), { mode: 0o600 });
  const clean = Object.fromEntries(entries.filter(([name]) => !SECRET.test(name)));
  process.removeAllListeners('warning');
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...clean,
    [HANDED_OVER]: file,
  });
}

/** After the change: they are again where inputs are read from, in memory only. */
function takeSecrets(env: NodeJS.ProcessEnv, file: string): void {
  delete env[HANDED_OVER];
  try {
    Object.assign(env, z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8'))));
  } finally {
    rmSync(dirname(file), { recursive: true, force: true });
  }
}
