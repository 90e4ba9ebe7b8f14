import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { loadPolicy, type PolicyInForce } from '../policy/load-policy.ts';
import { readRegistration, registrationPath } from '../register/registration-file.ts';
import { type Collected, collectSettings, type Mistake, type Sources } from './collect-settings.ts';
import {
  CONFIG_FILE_VARIABLE,
  CREDENTIAL_FILE_VARIABLE,
  defaultSettings,
  ENVIRONMENT_NAMES,
  type Place,
  placeSchema,
  type Settings,
  settingsSchema,
} from './settings.ts';

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

export type SettingsResult =
  | { status: 'ok'; settings: Settings; inForce: PolicyInForce }
  | { status: 'mistaken'; mistakes: Mistake[] };

type Flags = Readonly<Record<string, string | undefined>>;

/**
 * Reads flags, environment and files once, at the start.
 *
 * @param flags by name, without dashes.
 */
export function loadSettings(flags: Flags, env: Env, cwd: string): SettingsResult {
  const { sources, mistakes } = readSources(flags, env, cwd);
  const policy = loadPolicy(env, sources.file, cwd);
  const collected = collectSettings(settingsSchema, sources);
  if (mistakes.length === 0 && policy.status === 'ok' && collected.status === 'ok') {
    const { settings } = collected;
    // Where the credential lies is no business of Claude's.
    const credentialFiles = sources.credentialFile === null ? [] : [sources.credentialFile.name];
    const sandboxDenyRead = [...settings.sandboxDenyRead, ...credentialFiles];
    return { status: 'ok', settings: { ...settings, sandboxDenyRead }, inForce: policy.inForce };
  }
  return {
    status: 'mistaken',
    // A file that can't be read explains what is missing because of it.
    mistakes: [
      ...mistakes,
      ...(collected.status === 'mistaken' ? collected.mistakes : []),
      ...(policy.status === 'mistaken' ? policy.mistakes : []),
    ],
  };
}

/** Reads only where the control plane and the data folder are: what `register` and `trust` need. */
export function loadPlace(flags: Flags, env: Env, cwd: string): Collected<Place> {
  const { sources, mistakes } = readSources(flags, env, cwd);
  const collected = collectSettings(placeSchema, sources);
  if (mistakes.length === 0) return collected;
  return {
    status: 'mistaken',
    mistakes: [...mistakes, ...(collected.status === 'mistaken' ? collected.mistakes : [])],
  };
}

/** Reads only where the data folder is: what `detach` needs. */
export function loadFolder(flags: Flags, env: Env, cwd: string): Collected<Pick<Place, 'dataDir'>> {
  const { sources, mistakes } = readSources(flags, env, cwd);
  if (mistakes.length > 0) return { status: 'mistaken', mistakes };
  return collectSettings(placeSchema.pick({ dataDir: true }), {
    ...sources,
    file: settingsOnly(sources.file),
  });
}

function readSources(flags: Flags, env: Env, cwd: string): { sources: Sources; mistakes: Mistake[] } {
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
  const sources = { flags, env, file, credentialFile, registration: null, defaults };
  return { sources: { ...sources, registration: findRegistration(sources, mistakes) }, mistakes };
}

/** Counts only where no other credential is set: somebody who sets one does not mean the registered runner. */
function findRegistration(sources: Sources, mistakes: Mistake[]): Sources['registration'] {
  const isSet = sources.env[ENVIRONMENT_NAMES.credential] ?? '';
  const folder = collectSettings(placeSchema.pick({ dataDir: true }), {
    ...sources,
    file: settingsOnly(sources.file),
  });
  if (isSet !== '' || sources.credentialFile !== null || folder.status === 'mistaken') return null;
  const { dataDir } = folder.settings;
  const read = readRegistration(dataDir);
  const name = registrationPath(dataDir);
  if (read.status === 'unreadable') mistakes.push({ source: name, message: read.message });
  return read.status === 'found' ? { name, content: read.registration } : null;
}

/** Mistakes elsewhere in the file are named once, where all settings are collected. */
function settingsOnly(file: Sources['file']): Sources['file'] {
  const content = file?.content;
  if (file === null || typeof content !== 'object' || content === null) return null;
  return { ...file, content: 'dataDir' in content ? { dataDir: content.dataDir } : {} };
}
