import type { JobContext } from './job-context.ts';
import type { JobEnd } from './job-end.ts';
import { endOfError, endOfStop, outcomeOf } from './job-end.ts';
import { checkMachine } from './phases/check-machine.ts';
import { checkBudget, checkGateCommands } from './phases/check-task.ts';
import { Converse } from './phases/converse.ts';
import type { Held } from './phases/finish-job.ts';
import { finishJob } from './phases/finish-job.ts';
import { GateRounds } from './phases/gate-rounds.ts';
import type { Prepared } from './phases/prepare-workspace.ts';
import { prepareWorkspace } from './phases/prepare-workspace.ts';
import { publishAll } from './phases/publish-all.ts';
import { reviewWork } from './phases/review-work.ts';
import { reworkWork } from './phases/rework-work.ts';
import { writeTests } from './phases/write-tests.ts';
import { TurnDiffs } from './turn-diffs.ts';

/**
 * One job: look at the machine, get the folder ready, let Claude work, show the work, publish what was approved.
 * Each phase either goes on or says how the job ends. A bug ends the job too, by name, so that nobody waits for it.
 */
export async function runPhases(context: JobContext): Promise<JobEnd> {
  const held: Held = { workspace: null, conversation: null, afterwards: [], state: null };
  const end = await work(context, held).catch((error: unknown): JobEnd => {
    context.log.error({ err: error }, 'job.bug');
    return endOfError(error);
  });
  const last = context.stop.isFenced ? endOfStop({ type: 'fenced', text: '' }) : end;
  await finishJob(context, last, held).catch((error: unknown) => {
    context.log.error({ err: error }, 'job.finish_failed');
    const outcome = outcomeOf(last, null);
    if (outcome !== null) context.emit({ type: 'job.finished', outcome });
  });
  await Promise.allSettled(held.afterwards);
  return last;
}

async function work(context: JobContext, held: Held): Promise<JobEnd> {
  const broken = (await checkMachine(context)) ?? checkBudget(context);
  if (broken !== null) return broken;
  const result = await prepareWorkspace(context);
  if (result.status === 'ended') {
    held.workspace = result.workspace;
    return result.end;
  }
  held.workspace = result.prepared.workspace;
  held.conversation = result.prepared.conversation;
  return workIn(context, result.prepared, held);
}

/** From here on the folder can be put back: what came before, or in an earlier life, is done first. */
async function takeUpRejection(context: JobContext, prepared: Prepared): Promise<JobEnd | null> {
  const { rework } = context.recall;
  if (rework !== null) context.reject.handled(rework.commandId);
  context.reject.ready();
  if (rework === null || context.stop.reason !== null) return null;
  return reworkWork(context, prepared, rework, rework.reverted);
}

async function workIn(context: JobContext, prepared: Prepared, held: Held): Promise<JobEnd> {
  const turns = new TurnDiffs(context);
  const converse = new Converse(context, prepared, turns);
  const gates = new GateRounds(context);
  // Beside Claude's first turn: it stops nothing.
  const looked = checkGateCommands(context, prepared.workspace).catch((error: unknown) => {
    context.log.error({ err: error }, 'job.gates_not_looked_at');
  });
  try {
    const early = await takeUpRejection(context, prepared);
    if (early !== null) return early;
    const untested = await writeTests(context, prepared, converse);
    if (untested !== null) return untested;
    for (;;) {
      const ended = await converse.run();
      if (ended !== null) return ended;
      // It was given nothing to write with: there is no work to look at.
      if (context.job.options.review) return { type: 'unchanged' };
      const onShown = (tree: string): void => {
        turns.shown(tree, prepared.workspace);
        void context.checkpoints.store(converse.state(tree, 'capture'), false);
      };
      const review = await reviewWork(context, prepared, onShown, gates);
      switch (review.status) {
        case 'ended':
          return review.end;
        case 'approved':
          return await publishAll(context, prepared, review.work, (rest) => held.afterwards.push(rest));
        case 'rejected': {
          const failed = await reworkWork(context, prepared, review.rejection, false);
          if (failed !== null) return failed;
          turns.forget();
          converse.startOver();
          void context.checkpoints.store(converse.state(null, 'disk'), false);
          break;
        }
        case 'tell':
          converse.tell(review.text, review.onTold);
          break;
        case 'more_to_say':
          break;
      }
    }
  } finally {
    await Promise.all([looked, turns.told()]);
    held.conversation = converse.conversation;
    held.state = (commit) => converse.state(commit, 'disk');
  }
}
