import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { Mistake, SettingsResult, Sources } from './collect-settings.ts';
import { collectSettings } from './collect-settings.ts';
import { CONFIG_FILE_VARIABLE, CREDENTIAL_FILE_VARIABLE, defaultSettings } from './settings.ts';

/** Looked for in the working folder when no other is named. */
export const DEFAULT_CONFIG_FILE = 'signalbox-runner.yml';

type Env = Readonly<Record<string, string | undefined>>;

function readText(path: string): { text: string } | { error: NodeJS.ErrnoException } {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function loadFile(path: string, isNamed: boolean): { file: Sources['file']; mistakes: Mistake[] } {
  const read = readText(path);
  if ('error' in read) {
    if (!isNamed && read.error.code === 'ENOENT') return { file: null, mistakes: [] };
    return { file: null, mistakes: [{ source: path, message: `can't be read: ${read.error.message}` }] };
  }
  try {
    return { file: { name: path, content: parse(read.text) }, mistakes: [] };
  } catch (error) {
    const message = error instanceof YAMLParseError ? error.message : String(error);
    return { file: null, mistakes: [{ source: path, message: `is not valid YAML: ${message}` }] };
  }
}

/** The credential's file: named by the environment, or by the config file (relative to it). */
function credentialPath(env: Env, file: Sources['file'], cwd: string): string | null {
  const fromEnv = env[CREDENTIAL_FILE_VARIABLE];
  if (fromEnv !== undefined && fromEnv !== '') return resolve(cwd, fromEnv);
  const content = file?.content;
  if (file === null || typeof content !== 'object' || content === null) return null;
  const named = 'credentialFile' in content ? content.credentialFile : undefined;
  if (typeof named !== 'string') return null;
  return isAbsolute(named) ? named : join(dirname(resolve(cwd, file.name)), named);
}

/**
 * Reads flags, environment and files once, at the start.
 *
 * @param flags by name, without dashes.
 */
export function loadSettings(
  flags: Readonly<Record<string, string | undefined>>,
  env: Env,
  cwd: string,
): SettingsResult {
  const named = flags.config ?? env[CONFIG_FILE_VARIABLE];
  const { file, mistakes } = loadFile(resolve(cwd, named ?? DEFAULT_CONFIG_FILE), named !== undefined);
  const path = credentialPath(env, file, cwd);
  const read = path === null ? null : readText(path);
  if (path !== null && read !== null && 'error' in read) {
    mistakes.push({ source: path, message: `can't be read: ${read.error.message}` });
  }
  const credentialFile =
    path !== null && read !== null && 'text' in read ? { name: path, content: read.text } : null;
  const defaults = defaultSettings({
    home: homedir(),
    dataHome: env.XDG_DATA_HOME,
    cores: availableParallelism(),
  });
  const result = collectSettings({ flags, env, file, credentialFile, defaults });
  if (mistakes.length === 0) return result;
  const others = result.status === 'mistaken' ? result.mistakes : [];
  // A file that can't be read explains what is missing because of it.
  return { status: 'mistaken', mistakes: [...mistakes, ...others] };
}
