import type { DiskUse } from '../../protocol/control-socket.ts';
import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import { formatBytes } from '../machine/check-disk.ts';
import { isOverBound } from '../workspace/disk-use.ts';

const WHY: Readonly<Record<DiskUse['heldBack'][number]['why'], string>> = {
  unpushed: 'has commits that are on no server',
  uncommitted: 'has changes that are not committed',
  unknown: 'could not be looked at',
  in_use: 'is being worked in',
};

const PUSH_OR_DROP =
  'Go on with their tasks (`resume`), push their branches, or remove what nobody wants; or raise SIGNALBOX_MAX_DISK.';

/** What `signalbox-runner disk` prints. @param use what the runner found last; null when it has not looked */
export function diskLines(use: DiskUse | null, dataDir: string): string[] {
  if (use === null)
    return [`No runner has looked at ${dataDir} yet. It does when it starts, and then every hour.`];
  const total = use.worktreeBytes + use.mirrorBytes;
  const lines = [
    `${dataDir}, as it was at ${new Date(use.lookedAt).toISOString()}`,
    `  ${formatBytes(total)} of ${formatBytes(use.maxBytes)} (SIGNALBOX_MAX_DISK)`,
    `  ${use.worktrees} worktrees: ${formatBytes(use.worktreeBytes)}; mirrors: ${formatBytes(use.mirrorBytes)}`,
    `  held back, whatever their age: ${use.heldBackCount}, ${formatBytes(use.heldBackBytes)}`,
  ];
  for (const { sessionId, bytes, why, lastUsedAt } of use.heldBack) {
    const day = new Date(lastUsedAt).toISOString().slice(0, 10);
    lines.push(`    ${sessionId}  ${formatBytes(bytes)}  ${WHY[why]}; last used ${day}`);
  }
  if (use.heldBackCount > use.heldBack.length)
    lines.push(`    and ${use.heldBackCount - use.heldBack.length} more`);
  if (isOverBound(use))
    lines.push(`No new session is taken: what may be removed is removed. ${PUSH_OR_DROP}`);
  return lines;
}

/** The same for `doctor`. Null when no runner has looked yet. */
export function judgeDiskUse(use: DiskUse | null): Check | null {
  if (use === null) return null;
  const total = use.worktreeBytes + use.mirrorBytes;
  const detail = `${formatBytes(total)} of ${formatBytes(use.maxBytes)} used; ${use.heldBackCount} worktrees (${formatBytes(use.heldBackBytes)}) hold work that is nowhere else`;
  if (!isOverBound(use)) return checkOk('disk bound', detail);
  return checkFailed('disk bound', 'warning', `${detail}; no new session is taken`, PUSH_OR_DROP);
}
