import type { DiskUse } from '../../protocol/control-socket.ts';
import type { RunnerView } from '../../protocol/fleet-view.ts';
import { formatBytes } from './format.ts';

const WHY: Readonly<Record<DiskUse['heldBack'][number]['why'], string>> = {
  unpushed: 'commits that are on no server',
  uncommitted: 'changes that are not committed',
  unknown: 'could not be looked at',
  in_use: 'in use',
};

/** The machines: whether they are there, what their disks hold, and what clean-up has to leave alone. */
export function RunnerList({ runners }: { runners: readonly RunnerView[] }) {
  if (runners.length === 0) return null;
  return (
    <section class="card">
      <h2>Runners</h2>
      <ul>
        {runners.map((runner) => (
          <li key={runner.id}>
            <strong>{runner.name}</strong> {runner.status}, {runner.jobs.length} of {runner.capacity} jobs
            {runner.metrics?.diskUse !== undefined && <Disk use={runner.metrics.diskUse} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Disk({ use }: { use: DiskUse }) {
  const used = use.worktreeBytes + use.mirrorBytes;
  const worktrees = use.heldBackCount === 1 ? 'worktree' : 'worktrees';
  return (
    <>
      <p class="quiet">
        Disk: {formatBytes(used)} of {formatBytes(use.maxBytes)} in {use.worktrees} worktrees and the mirrors
        {used > use.maxBytes && '. No new session is taken'}
      </p>
      {use.heldBackCount > 0 && (
        <details>
          <summary>
            {use.heldBackCount} {worktrees} held back, {formatBytes(use.heldBackBytes)}
          </summary>
          <ul>
            {use.heldBack.map(({ sessionId, bytes, why }) => (
              <li key={sessionId}>
                <a href={`/sessions/${sessionId}`}>{sessionId.slice(0, 8)}</a> {formatBytes(bytes)}:{' '}
                {WHY[why]}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
