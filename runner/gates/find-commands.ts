import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What a shell knows itself, or begins a longer command with. */
const OF_THE_SHELL = new Set(
  ': . [ [[ alias break case cd command echo eval exec exit export false for function if printf pwd read return set shift source test time trap true type ulimit umask unset until wait while { ( !'.split(
    ' ',
  ),
);

/** The program that a shell command begins with; null where that is not plain to see. */
export function programOf(command: string): string | null {
  const [, word] = /^\s*(?:[A-Za-z_]\w*=[^\s'"$`]*\s+)*([\w./@+-]+)(?=\s|$|;|&|\|)/.exec(command) ?? [];
  return word === undefined || OF_THE_SHELL.has(word) ? null : word;
}

/** Whether a program is there: by its path in the folder, or in the PATH. */
export async function isThere(program: string, cwd: string, path: string | undefined): Promise<boolean> {
  const places = program.includes('/')
    ? [program.startsWith('/') ? program : join(cwd, program)]
    : (path ?? '').split(delimiter).map((folder) => join(folder, program));
  const found = await Promise.all(places.map(isExecutable));
  return found.includes(true);
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
