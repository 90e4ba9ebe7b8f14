import { rmSync } from 'node:fs';
import type { AttachResult } from './attach-project.ts';
import { attachmentFolder, readAttachment, readProblem, scriptOf, spoolOf } from './attachment.ts';
import { quote } from './hook-script.ts';
import { type SenderDeps, sendReports } from './send-reports.ts';
import { detachSettings, settingsPathOf } from './settings-file.ts';
import { spooledFiles } from './spool.ts';
import { stopSender } from './stop-sender.ts';

export type DetachSpec = {
  dataDir: string;
  /** Absolute. */
  project: string;
  /** What could not be sent is thrown away instead of kept. */
  discard: boolean;
};

/** How long what still waits is tried to be sent. */
const LAST_WORDS_MS = 10_000;

/** Takes the hooks out of a project again, sends what still waits, and forgets the key. */
export async function detachProject(
  { dataDir, project, discard }: DetachSpec,
  deps: Omit<SenderDeps, 'signal'>,
): Promise<AttachResult> {
  const folder = attachmentFolder(dataDir, project);
  const attachment = readAttachment(folder);
  const script = quote(scriptOf(folder));
  const changed = detachSettings(project, script, attachment?.madeSettings ?? false);
  if (changed.status === 'unreadable') return { status: 'failed', lines: [changed.message] };
  if (attachment === null) return { status: 'done', lines: [`${project} was not attached.`] };
  await stopSender(folder);
  if (!discard) await sendReports(folder, { ...deps, idleMs: 0, signal: AbortSignal.timeout(LAST_WORDS_MS) });
  const left = spooledFiles(spoolOf(folder)).length;
  if (left > 0 && !discard) {
    return {
      status: 'failed',
      lines: [
        `The hooks are out of ${settingsPathOf(project)}, but ${left} reports could not be sent: ${readProblem(folder) ?? 'there was no time'}`,
        'Run it again when the control plane answers, or with --discard to throw them away.',
      ],
    };
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    status: 'done',
    lines: [`Claude Code in ${project} reports no longer. The key is forgotten here.`],
  };
}
