import { createReadStream, createWriteStream } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { CheckpointHeader, SideState } from '../../protocol/checkpoint.ts';

export type SplitBundles = {
  sides: { state: SideState; bundle: string }[];
  /** Where Claude's transcript is. */
  transcript: string;
};

/** Takes a stored state apart, each in a file beside `file`, which keeps the first bundle. */
export async function splitBundles(
  { bundleBytes, sides = [] }: Pick<CheckpointHeader, 'bundleBytes' | 'sides'>,
  file: string,
): Promise<SplitBundles> {
  let start = bundleBytes;
  const found: SplitBundles['sides'] = [];
  for (const state of sides) {
    const bundle = `${file}.${state.repositoryId}`;
    const end = start + state.bundleBytes - 1;
    await pipeline(createReadStream(file, { start, end }), createWriteStream(bundle, { mode: 0o600 }));
    start += state.bundleBytes;
    found.push({ state, bundle });
  }
  const transcript = `${file}.transcript`;
  await pipeline(createReadStream(file, { start }), createWriteStream(transcript, { mode: 0o600 }));
  await truncate(file, bundleBytes);
  return { sides: found, transcript };
}
