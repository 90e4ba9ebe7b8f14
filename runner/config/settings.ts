import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { labelSchema } from '../../protocol/task-options.ts';
import { identityOf } from '../control/runner-identity.ts';
import { LOG_LEVELS } from '../log/create-logger.ts';
import { SANDBOX_MODES } from '../sandbox/sandbox-mode.ts';
import { CREDENTIAL_VARIABLE } from './credential-variable.ts';
import { parseBytes } from './parse-bytes.ts';

const listSchema = <T extends z.ZodType<string>>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value),
    z.array(item).max(50),
  );

const wholeNumberSchema = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value),
  z.int('must be a whole number'),
);

const bytesSchema = z.preprocess(
  (value) => (typeof value === 'string' ? (parseBytes(value) ?? value) : value),
  z.number('must be a size such as 20GB').int().min(1_000_000_000, 'must be at least 1GB'),
);

const absolutePathSchema = z
  .string()
  .min(1, 'must not be empty')
  .transform((path) => resolve(path.replace(/^~(?=\/|$)/, homedir())));

/** Everything that can be set, each key once; the sources below say under which names. */
export const settingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .refine((url) => !/\/\/[^/]*@/.test(url), 'must not contain a password'),
  credential: z
    .string()
    .trim()
    .refine((text) => identityOf(text) !== null, 'is not a runner credential (sbr_…)'),
  dataDir: absolutePathSchema,
  labels: listSchema(labelSchema),
  capacity: wholeNumberSchema.pipe(z.int().min(1, 'must be at least 1').max(200, 'must be at most 200')),
  /** Folders that jobs of the types `local` and `worktree` may work in, with everything below them. */
  folders: listSchema(absolutePathSchema),
  claudePath: z.string().min(1).nullable(),
  /** Environment variables that Claude gets besides the usual ones, such as a cloud provider's login. */
  passEnvironment: listSchema(z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable')),
  /** How often the state of a running turn is stored with its session; 0: at the end of each turn only. */
  checkpointSeconds: wholeNumberSchema.pipe(z.int().min(0).max(3_600, 'must be at most 3600')),
  /** Trees of large repositories that are kept ready, for each of the few that were worked on last; 0: none. */
  readyTrees: wholeNumberSchema.pipe(z.int().min(0).max(10, 'must be at most 10')),
  /** What the data folder may take; see `parse-bytes.ts` for how it is written. */
  maxDisk: bytesSchema,
  /** Whether Claude runs in a sandbox of the operating system's: never, where there is one, or not without. */
  sandbox: z.enum(SANDBOX_MODES),
  /** Hosts that Claude's programs may reach from the sandbox besides the model's. */
  sandboxHosts: listSchema(
    z
      .string()
      .regex(
        /^(?:\*\.)?[A-Za-z0-9.-]+(?::\d{1,5})?$/,
        'is not a host, as example.org, *.example.org or example.org:443',
      ),
  ),
  /** Files and folders that Claude can't read in the sandbox, besides the usual places of keys and logins. */
  sandboxDenyRead: listSchema(absolutePathSchema),
  logLevel: z.enum(LOG_LEVELS),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

export const SETTING_NAMES = settingsSchema.keyof().options;

/** The environment variable of each setting. */
export const ENVIRONMENT_NAMES: Readonly<Record<SettingName, string>> = {
  url: 'SIGNALBOX_URL',
  credential: CREDENTIAL_VARIABLE,
  dataDir: 'SIGNALBOX_DATA_DIR',
  labels: 'SIGNALBOX_LABELS',
  capacity: 'SIGNALBOX_CAPACITY',
  folders: 'SIGNALBOX_FOLDERS',
  claudePath: 'CLAUDE_CODE_PATH',
  passEnvironment: 'SIGNALBOX_PASS_ENVIRONMENT',
  checkpointSeconds: 'SIGNALBOX_CHECKPOINT_SECONDS',
  readyTrees: 'SIGNALBOX_READY_TREES',
  maxDisk: 'SIGNALBOX_MAX_DISK',
  sandbox: 'SIGNALBOX_SANDBOX',
  sandboxHosts: 'SIGNALBOX_SANDBOX_HOSTS',
  sandboxDenyRead: 'SIGNALBOX_SANDBOX_DENY_READ',
  logLevel: 'SIGNALBOX_LOG_LEVEL',
};

/** What is needed before there is a credential. */
export const placeSchema = settingsSchema.pick({ url: true, dataDir: true });
export type Place = z.infer<typeof placeSchema>;

/** A file that holds the credential and nothing else. */
export const CREDENTIAL_FILE_VARIABLE = 'SIGNALBOX_RUNNER_CREDENTIAL_FILE';
export const CONFIG_FILE_VARIABLE = 'SIGNALBOX_RUNNER_CONFIG';

/** The flag of each setting. The credential has none: argument lists can be read by every user of the machine. */
export const FLAG_NAMES: Readonly<Partial<Record<SettingName, string>>> = {
  url: 'url',
  dataDir: 'data-dir',
  labels: 'labels',
  capacity: 'capacity',
  folders: 'folders',
  claudePath: 'claude-path',
  maxDisk: 'max-disk',
  sandbox: 'sandbox',
  logLevel: 'log-level',
};

export type DefaultsInput = { home: string; dataHome: string | undefined; cores: number };

/** Claude waits for the model most of the time; two sessions a core leave room for what its commands do. */
const JOBS_PER_CORE = 2;

/** What a machine that is lost takes with it at most; a look at 27,000 files takes a core for 0.3 s. */
const DEFAULT_CHECKPOINT_SECONDS = 120;

/** Some hundred worktrees of ordinary repositories. */
const DEFAULT_MAX_DISK_BYTES = 50_000_000_000;

/** Two mentions may come together; more seldom do, and a tree is as large as a checkout. */
const DEFAULT_READY_TREES = 2;

export function defaultSettings({ home, dataHome, cores }: DefaultsInput): Partial<Settings> {
  return {
    dataDir: join(dataHome ?? join(home, '.local', 'share'), 'signalbox-runner'),
    labels: [],
    capacity: Math.max(1, cores * JOBS_PER_CORE),
    folders: [],
    claudePath: null,
    passEnvironment: [],
    checkpointSeconds: DEFAULT_CHECKPOINT_SECONDS,
    readyTrees: DEFAULT_READY_TREES,
    maxDisk: DEFAULT_MAX_DISK_BYTES,
    sandbox: 'off',
    sandboxHosts: [],
    sandboxDenyRead: [],
    logLevel: 'info',
  };
}
