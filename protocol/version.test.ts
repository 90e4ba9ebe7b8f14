import { describe, expect, it } from 'vitest';
import { judgeVersion, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './version.ts';

describe('judgeVersion', () => {
  it('accepts what this build speaks', () => {
    for (let version = OLDEST_PROTOCOL_VERSION; version <= PROTOCOL_VERSION; version += 1) {
      expect(judgeVersion(version)).toEqual({ status: 'accepted' });
    }
  });

  it('names each refusal and the side to update', () => {
    expect(judgeVersion(OLDEST_PROTOCOL_VERSION - 1)).toMatchObject({
      status: 'refused',
      reason: 'peer_too_old',
      remedy: expect.stringContaining('Update the runner'),
    });
    expect(judgeVersion(PROTOCOL_VERSION + 1)).toMatchObject({
      status: 'refused',
      reason: 'peer_too_new',
      remedy: expect.stringContaining('Deploy a newer control plane'),
    });
  });
});
