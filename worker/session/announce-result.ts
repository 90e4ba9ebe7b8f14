import type { SessionView } from '../../protocol/session.ts';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import type { JobSockets } from './job-sockets.ts';
import type { UnitResult } from './session-unit.ts';
import type { Viewers } from './viewers.ts';

/** Tells runner and viewers what a transaction came to. */
export function announceResult(
  { jobs, viewers, view }: { jobs: JobSockets; viewers: Viewers; view: () => SessionView },
  { commands, tasks, messages, sessionChanged, page }: UnitResult,
): void {
  for (const { taskNumber, command } of commands) jobs.sendCommand(taskNumber, command);
  if (!viewers.hasAny()) return;
  const news = sessionChanged || messages.length > 0;
  const changed: ToViewer | null = news ? { type: 'changed', session: view(), tasks, messages } : null;
  viewers.announce(page?.json ?? null, changed === null ? null : JSON.stringify(changed));
}
