import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** An environment can be seen by its owner's processes alone, an argument list by everybody's: there is no flag. */
export const TOKEN_VARIABLE = 'SIGNALBOX_REGISTRATION_TOKEN';

/** A secret that a command wants: the variable that may hold it, and how people call it. */
export type SecretName = { variable: string; what: string };

const REGISTRATION_TOKEN: SecretName = { variable: TOKEN_VARIABLE, what: 'Registration token' };

export type TokenSources = {
  env: Readonly<Record<string, string | undefined>>;
  /** A file that holds the token and nothing else. */
  file: string | null;
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WritableStream;
};

/** A secret, by default the registration token: from the environment, a file, a pipe, or typed without being shown. */
export async function readToken(
  { env, file, stdin, stderr }: TokenSources,
  { variable, what }: SecretName = REGISTRATION_TOKEN,
): Promise<string> {
  const fromEnv = env[variable]?.trim();
  if (fromEnv !== undefined && fromEnv !== '') return fromEnv;
  if (file !== null) return readFileSync(file, 'utf8').trim();
  if (!stdin.isTTY) return (await text(stdin)).trim();
  stderr.write(`${what} (it is not shown): `);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: stdin, output: mute, terminal: true });
  try {
    return (await prompt.question('')).trim();
  } finally {
    prompt.close();
    stderr.write('\n');
  }
}
