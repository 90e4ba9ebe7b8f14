import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where the CLI keeps its state, from the environment that it will get. */
export function claudeConfigDir(env: Readonly<Record<string, string | undefined>>): string {
  return env.CLAUDE_CONFIG_DIR ?? path.join(env.HOME ?? homedir(), '.claude');
}

/** The CLI's name for a working directory: everything but letters and digits becomes a dash. */
function projectFolder(cwd: string): string {
  return cwd.replace(/[^a-zA-Z0-9]/g, '-');
}

/** Where the CLI keeps the transcripts of all sessions in a working folder. */
export function transcriptFolder(configDir: string, cwd: string): string {
  return path.join(configDir, 'projects', projectFolder(cwd));
}

/** Where the CLI looks first for a session's transcript when it works in `cwd`. */
export function usualTranscript(configDir: string, cwd: string, sessionId: string): string {
  return path.join(transcriptFolder(configDir, cwd), `${sessionId}.jsonl`);
}

/**
 * The transcript of a Claude session, first where the CLI puts it for this working directory, then wherever the
 * session was last run. Null when this machine has none, so that `--resume` would fail.
 */
export function findTranscript(configDir: string, cwd: string, sessionId: string): string | null {
  const projects = path.join(configDir, 'projects');
  const usual = usualTranscript(configDir, cwd, sessionId);
  if (existsSync(usual)) return usual;
  if (!existsSync(projects)) return null;
  for (const folder of readdirSync(projects)) {
    const file = path.join(projects, folder, `${sessionId}.jsonl`);
    if (existsSync(file)) return file;
  }
  return null;
}

/** Whether a message reached the transcript before its process died. */
export async function transcriptHolds(file: string, messageId: string): Promise<boolean> {
  const content = await readFile(file, 'utf8').catch(() => '');
  return content.includes(`"${messageId}"`);
}

/** Bytes of the transcript; 0 when there is none yet. */
export async function transcriptBytes(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}
