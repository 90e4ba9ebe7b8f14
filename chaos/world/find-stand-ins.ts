import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const liveSchema = z.object({ tool: z.boolean() });

export type LiveStandIn = { pid: number; tool: boolean };

/** Stand-ins for Claude that are running, and whether each is in a tool call, by what they wrote about themselves. */
export async function findStandIns(homes: readonly string[]): Promise<LiveStandIn[]> {
  const found = await Promise.all(homes.map((home) => standInsOf(join(home, 'stand-in', 'live'))));
  return found.flat();
}

async function standInsOf(folder: string): Promise<LiveStandIn[]> {
  const names = await readdir(folder).catch(() => []);
  const states = await Promise.all(names.map((name) => stateOf(folder, name)));
  return states.flatMap((state) => state ?? []);
}

async function stateOf(folder: string, name: string): Promise<LiveStandIn | null> {
  // One that was killed leaves its file; its number may be somebody else's by now.
  const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes('stand-in.mjs')) return null;
  try {
    return { pid: Number(name), ...liveSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))) };
  } catch {
    return null;
  }
}
