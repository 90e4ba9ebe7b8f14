/* What the runner of GitHub Actions makes of a step's standard output and of its files. */

export type WorkflowCommand = { name: string; properties: Record<string, string>; message: string };

/** The names that it obeys; others are text. */
const NAMES = [
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
  'add-path',
];

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string =>
  unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/**
 * The commands in an output: of each line as .NET reads lines (a carriage return ends one), those that begin with `::`
 * after white space (the second version), and those that have `##[` anywhere (the first).
 */
export function readCommands(output: string): WorkflowCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const found =
      /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line) ??
      /##\[([\w-]+)(?: ([^\]]*))?\](.*)$/.exec(line);
    const [, name = '', given = '', message = ''] = found ?? [];
    if (!NAMES.includes(name)) return [];
    const pairs = given.split(',').flatMap((pair): [string, string][] => {
      const equals = pair.indexOf('=');
      return equals < 1 ? [] : [[pair.slice(0, equals).trim(), unescapeProperty(pair.slice(equals + 1))]];
    });
    return [{ name, properties: Object.fromEntries(pairs), message: unescapeData(message) }];
  });
}

/** The pairs of a file such as the one at GITHUB_OUTPUT. @throws Error when it is not one that the runner reads */
export function readPairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, name = '', delimiter = ''] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    if (name === '') {
      const equals = line.indexOf('=');
      if (equals < 1) throw new Error(`The runner can't read this line: ${line}`);
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`No line ends the value of ${name}.`);
    pairs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return pairs;
}

/** What a log shows: every text that was masked is gone, wherever it stands after that. */
export function maskLog(output: string): string {
  const masks = readCommands(output).flatMap(({ name, message }) =>
    name === 'add-mask' && message !== '' ? [message] : [],
  );
  const lines = output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return masks.reduce((text, mask) => text.replaceAll(mask, '***'), lines.join('\n'));
}
