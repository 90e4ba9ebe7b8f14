import { expect, it } from 'vitest';
import type { DiskUse } from '../../protocol/control-socket.ts';
import { diskLines, judgeDiskUse } from './show-disk.ts';

const USE: DiskUse = {
  lookedAt: Date.UTC(2026, 0, 2),
  maxBytes: 20e9,
  worktrees: 3,
  worktreeBytes: 12e9,
  mirrorBytes: 1e9,
  heldBackCount: 2,
  heldBackBytes: 11e9,
  heldBack: [
    { sessionId: '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e', bytes: 10e9, why: 'unpushed', lastUsedAt: 0 },
  ],
};

it('lists what is held back and why', () => {
  const text = diskLines(USE, '/data').join('\n');
  expect(text).toContain('13.0 GB of 20.0 GB');
  expect(text).toMatch(/5f0c8b9e-\S+ {2}10\.0 GB {2}has commits that are on no server; last used 1970-01-01/);
  expect(text).toContain('and 1 more');
  expect(text).not.toContain('No new session');
  expect(judgeDiskUse(USE)?.status).toBe('ok');
});

it('says what to do when work that is nowhere else is more than the bound', () => {
  const over = { ...USE, maxBytes: 5e9 };
  expect(diskLines(over, '/data').at(-1)).toMatch(/^No new session is taken.*SIGNALBOX_MAX_DISK/);
  expect(judgeDiskUse(over)).toMatchObject({ status: 'warning' });
});

it('says that nobody has looked yet', () => {
  expect(diskLines(null, '/data')).toHaveLength(1);
  expect(judgeDiskUse(null)).toBeNull();
});
