import { parseArgs } from 'node:util';
import { taskIdSchema } from '../../protocol/ids.ts';

export type Command =
  | { name: 'start'; once: boolean; flags: Flags }
  | { name: 'doctor'; json: boolean; flags: Flags }
  | { name: 'register'; runnerName: string | null; tokenFile: string | null; flags: Flags }
  | { name: 'trust'; keyId: string | null; flags: Flags }
  | { name: 'disk'; json: boolean; flags: Flags }
  | { name: 'rescue'; taskId: string; flags: Flags }
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
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads the arguments after the program's name. */
export function parseCommand(args: readonly string[]): Command {
  const parsed = parse(args);
  if ('message' in parsed) return { name: 'mistake', message: parsed.message };
  const { values, positionals } = parsed;
  const { once = false, json = false, help = false, version = false, ...others } = values;
  const { name: runnerName = null, 'token-file': tokenFile = null, key: keyId = null, ...flags } = others;
  if (help) return { name: 'help' };
  if (version) return { name: 'version' };
  const [name, ...words] = positionals;
  const [taskId = null, ...rest] = name === 'rescue' ? words : [null, ...words];
  if (rest.length > 0) return { name: 'mistake', message: `"${rest[0]}" is one word too many.` };
  if (once && name !== 'start') return { name: 'mistake', message: '--once goes with start.' };
  if (json && name !== 'doctor' && name !== 'disk') {
    return { name: 'mistake', message: '--json goes with doctor and disk.' };
  }
  if ((runnerName ?? tokenFile) !== null && name !== 'register') {
    return { name: 'mistake', message: '--name and --token-file go with register.' };
  }
  if (keyId !== null && name !== 'trust') return { name: 'mistake', message: '--key goes with trust.' };
  switch (name) {
    case 'start':
      return { name, once, flags };
    case 'doctor':
      return { name, json, flags };
    case 'disk':
      return { name, json, flags };
    case 'rescue':
      return taskId !== null && taskIdSchema.safeParse(taskId).success
        ? { name, taskId, flags }
        : { name: 'mistake', message: 'rescue wants a task id, as the comment and the API show it.' };
    case 'register':
      return { name, runnerName, tokenFile, flags };
    case 'trust':
      return { name, keyId, flags };
    case 'version':
      return { name };
    case 'help':
    case undefined:
      return { name: 'help' };
    default:
      return { name: 'mistake', message: `There is no command "${name}".` };
  }
}
