import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CREDENTIAL_VARIABLE } from '../config/credential-variable.ts';

/** Where the credential waits for the process that this one becomes. */
const HANDED_OVER = 'SIGNALBOX_HANDED_CREDENTIAL';

type Env = Record<string, string | undefined>;

/**
 * Takes the credential out of what every process of this user can read: the environment that a process was started
 * with stays in `/proc/<pid>/environ` for its whole life, whatever it deletes later. So the runner becomes itself
 * again with a clean one (execve keeps its number, its signals and its parent); the credential goes by a file of its
 * own that is gone before anything is started. Linux only: elsewhere nothing shows an environment like that.
 */
export function hideCredential(env: Env): void {
  const credential = env[CREDENTIAL_VARIABLE];
  if (credential === undefined || credential === '') {
    takeCredential(env);
    return;
  }
  if (process.platform !== 'linux' || process.execve === undefined) return;
  const file = join(mkdtempSync(join(tmpdir(), 'signalbox-handed-')), 'credential');
  writeFileSync(file, credential, { mode: 0o600 });
  const { [CREDENTIAL_VARIABLE]: _hidden, ...rest } = env;
  const clean = Object.entries({ ...rest, [HANDED_OVER]: file }).filter((entry) => entry[1] !== undefined);
  process.removeAllListeners('warning');
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...Object.fromEntries(clean),
  });
}

/** After the change: the credential is again where settings are read from, in memory only. */
function takeCredential(env: Env): void {
  const file = env[HANDED_OVER];
  if (file === undefined) return;
  delete env[HANDED_OVER];
  try {
    env[CREDENTIAL_VARIABLE] = readFileSync(file, 'utf8');
  } finally {
    rmSync(dirname(file), { recursive: true, force: true });
  }
}
