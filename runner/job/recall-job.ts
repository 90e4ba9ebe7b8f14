import type { Logger } from 'pino';
import type { JobFolder } from './job-folder.ts';
import type { EventStream } from './journal.ts';
import { openLeftover } from './leftover-journal.ts';
import type { Recall } from './recall.ts';
import { Recaller } from './recall.ts';

/** Reads what earlier lives of a job left: their events to be sent, and what those say was done. */
export async function recallJob(
  folder: JobFolder,
  log: Logger,
): Promise<{ recall: Recall; leftovers: EventStream[] }> {
  const recaller = new Recaller();
  const leftovers: EventStream[] = [];
  for (const epoch of folder.epochs()) {
    recaller.beginLife();
    const { stream, damagedAt } = await openLeftover(folder.journalPath(epoch), epoch, (event) =>
      recaller.visit(event),
    );
    if (damagedAt !== null) log.error({ taskId: folder.taskId, epoch, damagedAt }, 'journal.damaged');
    leftovers.push(stream);
  }
  return { recall: recaller.end(), leftovers };
}
