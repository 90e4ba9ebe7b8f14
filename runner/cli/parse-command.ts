import { parseArgs } from 'node:util';
import { accountKeySchema, sessionIdSchema, taskIdSchema } from '../../protocol/ids.ts';

export type Command =
  | { name: 'start'; once: boolean; flags: Flags }
  | { name: 'doctor'; json: boolean; flags: Flags }
  | { name: 'register'; runnerName: string | null; tokenFile: string | null; flags: Flags }
  | { name: 'trust'; keyId: string | null; flags: Flags }
  | { name: 'disk'; json: boolean; flags: Flags }
  | { name: 'rescue'; taskId: string; flags: Flags }
  | {
      name: 'attach';
      project: string | null;
      session: string | null;
      account: string | null;
      keyFile: string | null;
      flags: Flags;
    }
  | { name: 'detach'; project: string | null; discard: boolean; flags: Flags }
  /** Started by a hook, not by people. */
  | { name: 'send-reports'; folder: string }
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'mistake'; message: string };

export type Flags = Readonly<Record<string, string | undefined>>;

const OPTIONS = {
  config: { type: 'string' },
  url: { type: 'string' },
  'data-dir': { type: 'string' },
  labels: { type: 'string' },
  capacity: { type: 'string' },
  folders: { type: 'string' },
  'claude-path': { type: 'string' },
  'max-disk': { type: 'string' },
  sandbox: { type: 'string' },
  'log-level': { type: 'string' },
  name: { type: 'string' },
  'token-file': { type: 'string' },
  key: { type: 'string' },
  project: { type: 'string' },
  session: { type: 'string' },
  account: { type: 'string' },
  'key-file': { type: 'string' },
  discard: { type: 'boolean' },
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Options that mean something to some commands only; the others are settings. */
const GOES_WITH: Readonly<Partial<Record<keyof typeof OPTIONS, readonly string[]>>> = {
  once: ['start'],
  json: ['doctor', 'disk'],
  name: ['register'],
  'token-file': ['register'],
  key: ['trust'],
  project: ['attach', 'detach'],
  session: ['attach'],
  account: ['attach'],
  'key-file': ['attach'],
  discard: ['detach'],
};

/** Commands that take a word of their own. */
const WITH_WORD = ['rescue', 'send-reports'];

/**
 * Joins `--key ID` to `--key=ID`. An id is a hash in base64url, so one in 64 starts with a dash, and
 * `parseArgs` refuses such a value unless it is joined.
 */
function joinKeyId(args: readonly string[]): string[] {
  const at = args.indexOf('--key');
  const id = args[at + 1];
  if (at < 0 || id === undefined || isOption(id)) return [...args];
  return [...args.slice(0, at), `--key=${id}`, ...args.slice(at + 2)];
}

const isOption = (arg: string) =>
  ['-h', '-v'].includes(arg) || (arg.startsWith('--') && (arg.slice(2).split('=')[0] ?? '') in OPTIONS);

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joinKeyId(args), options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

type Values = Exclude<ReturnType<typeof parse>, { message: string }>['values'];

const mistake = (message: string): Command => ({ name: 'mistake', message });

/** Reads the arguments after the program's name. */
export function parseCommand(args: readonly string[]): Command {
  const parsed = parse(args);
  if ('message' in parsed) return mistake(parsed.message);
  const { values, positionals } = parsed;
  if (values.help === true) return { name: 'help' };
  const [name, ...words] = positionals;
  const [word = null, ...rest] = WITH_WORD.includes(name ?? '') ? words : [null, ...words];
  if (rest.length > 0) return mistake(`"${rest[0]}" is one word too many.`);
  for (const [option, commands] of Object.entries(GOES_WITH)) {
    if (option in values && !commands.includes(name ?? '')) {
      return mistake(`--${option} goes with ${commands.join(' and ')}.`);
    }
  }
  return commandOf(name, word, values);
}

function commandOf(name: string | undefined, word: string | null, values: Values): Command {
  const flags = settingsOf(values);
  switch (name) {
    case 'start':
      return { name, once: values.once ?? false, flags };
    case 'doctor':
    case 'disk':
      return { name, json: values.json ?? false, flags };
    case 'rescue':
      return word !== null && taskIdSchema.safeParse(word).success
        ? { name, taskId: word, flags }
        : mistake('rescue wants a task id, as the comment and the API show it.');
    case 'register':
      return { name, runnerName: values.name ?? null, tokenFile: values['token-file'] ?? null, flags };
    case 'trust':
      return { name, keyId: values.key ?? null, flags };
    case 'attach':
      return attachOf(values, flags);
    case 'detach':
      return { name, project: values.project ?? null, discard: values.discard ?? false, flags };
    case 'send-reports':
      return word === null
        ? mistake('send-reports wants the folder of an attached project.')
        : { name, folder: word };
    case 'version':
      return { name };
    case 'help':
    case undefined:
      return { name: 'help' };
    default:
      return mistake(`There is no command "${name}".`);
  }
}

function attachOf(values: Values, flags: Flags): Command {
  const { project = null, session = null, account = null, 'key-file': keyFile = null } = values;
  if (session !== null && !sessionIdSchema.safeParse(session).success) {
    return mistake('--session wants the id of a session, as its page and the API show it.');
  }
  if (account !== null && !accountKeySchema.safeParse(account).success) {
    return mistake('--account wants an account as the API names it, such as github:123.');
  }
  return { name: 'attach', project, session, account, keyFile, flags };
}

function settingsOf(values: Values): Flags {
  const settings = Object.entries(values).flatMap(([option, value]) =>
    typeof value === 'string' && !(option in GOES_WITH) ? [[option, value] as const] : [],
  );
  return Object.fromEntries(settings);
}
