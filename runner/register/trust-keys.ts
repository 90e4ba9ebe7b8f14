import type { JobKey } from '../../protocol/job-envelope.ts';
import { readJobKeys, saveJobKeys } from '../control/job-keys.ts';
import { type AskDeps, askForJobKeys } from './ask-control-plane.ts';

export type TrustSpec = {
  url: string;
  dataDir: string;
  runnerId: string;
  /** The id that the keys' owner has told: nothing else is trusted anew. Null: whatever is announced. */
  keyId: string | null;
};

export type TrustResult = { status: 'trusted' | 'failed'; lines: string[] };

/** Takes over the keys that the control plane announces now. */
export async function trustKeys(spec: TrustSpec, deps: AskDeps): Promise<TrustResult> {
  const { url, dataDir, runnerId, keyId } = spec;
  const asked = await askForJobKeys(url, deps);
  if (asked.status === 'failed') return { status: 'failed', lines: [asked.message] };
  const announced = asked.answer.keys;
  const read = readJobKeys(dataDir, runnerId);
  const former = read.status === 'found' ? read.keys : [];
  const isFormer = ({ kid }: JobKey) => former.some((key) => key.kid === kid);
  if (keyId !== null && !announced.some(({ kid }) => kid === keyId)) {
    const ids = announced.map(({ kid }) => kid).join(', ');
    return { status: 'failed', lines: [`${url} does not announce the key ${keyId}. It announces ${ids}.`] };
  }
  const keys = keyId === null ? announced : announced.filter((key) => key.kid === keyId || isFormer(key));
  saveJobKeys(dataDir, runnerId, keys);
  const dropped = former.filter(({ kid }) => !keys.some((key) => key.kid === kid));
  return {
    status: 'trusted',
    lines: [
      ...keys.map((key) => `${isFormer(key) ? 'still trusted' : 'now trusted'}  ${key.kid}`),
      ...dropped.map(({ kid }) => `no longer      ${kid}`),
      'A runner that is running takes this over by itself.',
    ],
  };
}
