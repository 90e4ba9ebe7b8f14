import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { SideState } from '../../../protocol/checkpoint.ts';
import type { PackedWork, PackRequest } from '../pack-work.ts';
import type { WorkspaceFailure } from '../workspace-types.ts';
import type { Side } from './session-group.ts';

type Packed = Extract<PackedWork, { status: 'packed' }>;

/** Packs every other repository as it lies now, behind the first one's bundle in the same file. */
export async function packSides(
  sides: readonly Side[],
  request: PackRequest,
  main: Packed,
): Promise<{ ok: true; packed: PackedWork } | WorkspaceFailure> {
  const states: SideState[] = [];
  let bytes = main.bytes;
  for (const { repository, workspace } of sides) {
    const file = `${request.file}.${repository.id}`;
    try {
      const maxBytes = Math.max(0, request.maxBytes - bytes);
      const result = await workspace.pack({ ...request, object: null, from: 'disk', file, maxBytes });
      if (!result.ok) return result;
      const { packed } = result;
      if (packed === null) continue;
      if (packed.status === 'too_large') {
        return { ok: true, packed: { status: 'too_large', bytes: bytes + packed.bytes } };
      }
      await pipeline(createReadStream(file), createWriteStream(request.file, { flags: 'a' }));
      const { status: _packed, bytes: bundleBytes, sides: _none, ...commits } = packed;
      states.push({ repositoryId: repository.id, ...commits, bundleBytes });
      bytes += bundleBytes;
    } finally {
      await rm(file, { force: true });
    }
  }
  return { ok: true, packed: { ...main, ...(states.length === 0 ? {} : { sides: states }) } };
}
