import type { Job } from '../../protocol/job.ts';
import type { AskedQuestion } from '../../protocol/questions.ts';

/** A question that an earlier life of the runner left open. `deferred`: Claude Code itself holds its tool use. */
export type OpenQuestion = { asked: AskedQuestion; deferred: boolean };

/** What somebody asked before, here or on another machine, and has no answer to. */
export function leftQuestion({
  job,
  recall,
}: {
  job: Pick<Job, 'question'>;
  recall: { question: OpenQuestion | null };
}): OpenQuestion | null {
  if (recall.question !== null) return recall.question;
  return job.question === undefined ? null : { asked: job.question, deferred: false };
}
