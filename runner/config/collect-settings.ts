import type { z } from 'zod';
import type { Registration } from '../register/registration-file.ts';
import type { SettingName, Settings } from './settings.ts';
import { CREDENTIAL_FILE_VARIABLE, ENVIRONMENT_NAMES, FLAG_NAMES, SETTING_NAMES } from './settings.ts';

/** One thing that is wrong, with the place where it was written. */
export type Mistake = { source: string; message: string };

export type Collected<T> = { status: 'ok'; settings: T } | { status: 'mistaken'; mistakes: Mistake[] };

export type Sources = {
  flags: Readonly<Record<string, string | undefined>>;
  env: Readonly<Record<string, string | undefined>>;
  /** The parsed file, under its name for messages; null when there is none. */
  file: { name: string; content: unknown } | null;
  /** What the credential's file holds, under its name. */
  credentialFile: { name: string; content: string } | null;
  /** What `register` left in the data folder; null when it did not. */
  registration: { name: string; content: Pick<Registration, 'url' | 'credential' | 'labels'> } | null;
  defaults: Partial<Settings>;
};

type Found = { value: unknown; source: string };

function findSetting(name: SettingName, sources: Sources): Found | null {
  const flag = FLAG_NAMES[name];
  const fromFlag = flag === undefined ? undefined : sources.flags[flag];
  if (flag !== undefined && fromFlag !== undefined) return { value: fromFlag, source: `--${flag}` };
  const variable = ENVIRONMENT_NAMES[name];
  const fromEnv = sources.env[variable];
  if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, source: variable };
  if (name === 'credential' && sources.credentialFile !== null) {
    return { value: sources.credentialFile.content, source: sources.credentialFile.name };
  }
  const content = sources.file?.content;
  if (sources.file !== null && isObject(content) && content[name] !== undefined && name !== 'credential') {
    return { value: content[name], source: `${sources.file.name}: ${name}` };
  }
  const { registration } = sources;
  if (registration !== null && (name === 'url' || name === 'credential' || name === 'labels')) {
    return { value: registration.content[name], source: registration.name };
  }
  const byDefault = sources.defaults[name];
  return byDefault === undefined ? null : { value: byDefault, source: 'default' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that mean something in the file: every setting but the credential, and where the credential lies. */
const FILE_KEYS: readonly string[] = [
  ...SETTING_NAMES.filter((name) => name !== 'credential'),
  'credentialFile',
  'policy',
];

function mistakesInFile(file: Sources['file']): Mistake[] {
  if (file === null || file.content === null || file.content === undefined) return [];
  if (!isObject(file.content)) return [{ source: file.name, message: 'must hold settings as `name: value`' }];
  return Object.keys(file.content)
    .filter((key) => !FILE_KEYS.includes(key))
    .map((key) => ({
      source: `${file.name}: ${key}`,
      message:
        key === 'credential'
          ? `must not stand in this file; put it into a file of its own and name that with credentialFile`
          : `is not a setting; there are ${FILE_KEYS.join(', ')}`,
    }));
}

function howToSet(name: SettingName): string {
  if (name === 'credential') {
    return `${ENVIRONMENT_NAMES.credential} or ${CREDENTIAL_FILE_VARIABLE}, or run \`signalbox-runner register\``;
  }
  const flag = FLAG_NAMES[name];
  return flag === undefined ? ENVIRONMENT_NAMES[name] : `${ENVIRONMENT_NAMES[name]} or --${flag}`;
}

/**
 * Settings from flags, then environment, then file, then what was registered, then defaults; or every mistake with its
 * source. Pure.
 *
 * @param schema all settings, or those of them that are needed.
 */
export function collectSettings<T extends Partial<Record<SettingName, z.ZodType>>>(
  schema: z.ZodObject<T>,
  sources: Sources,
): Collected<z.infer<z.ZodObject<T>>> {
  const names = SETTING_NAMES.filter((name) => name in schema.shape);
  const found = new Map<SettingName, Found>();
  for (const name of names) {
    const setting = findSetting(name, sources);
    if (setting !== null) found.set(name, setting);
  }
  const values = Object.fromEntries([...found].map(([name, { value }]) => [name, value]));
  const parsed = schema.safeParse(values);
  const mistakes = mistakesInFile(sources.file);
  if (parsed.success && mistakes.length === 0) return { status: 'ok', settings: parsed.data };
  for (const issue of parsed.error?.issues ?? []) {
    const name = SETTING_NAMES.find((one) => one === issue.path[0]);
    if (name === undefined) continue;
    const setting = found.get(name);
    const item = issue.path.length > 1 ? `item ${Number(issue.path[1]) + 1} ` : '';
    mistakes.push(
      setting === undefined
        ? { source: name, message: `is missing; set ${howToSet(name)}` }
        : { source: setting.source, message: `${item}${issue.message}` },
    );
  }
  return { status: 'mistaken', mistakes };
}
