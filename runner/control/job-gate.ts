import type { Logger } from 'pino';
import type { TaskId } from '../../protocol/ids.ts';
import type { JobClaims, JobKey } from '../../protocol/job-envelope.ts';
import type { JobKeys, KeyVerdict } from './job-keys.ts';
import type { OwnIdentity } from './runner-identity.ts';
import type { TakenJobs } from './taken-jobs.ts';
import { type EnvelopeVerdict, peekEnvelope, verifyEnvelope } from './verify-envelope.ts';

export type Admission =
  | { status: 'admitted'; claims: JobClaims }
  /** Told to the Fleet, and by it to the people who wait for the task. */
  | { status: 'refused'; taskId: TaskId; epoch: number; message: string }
  /** Not even what it claims to be can be read, so there is nothing to decline. */
  | { status: 'unreadable' };

export type JobGateDeps = {
  self: OwnIdentity;
  keys: JobKeys;
  taken: TakenJobs;
  log: Logger;
  now: () => number;
};

/** What comes as a job becomes one here: signed by whom this runner trusts, for this runner, and never before. */
export class JobGate {
  readonly #deps: JobGateDeps;

  constructor(deps: JobGateDeps) {
    this.#deps = deps;
  }

  /** The control plane says with which keys it signs. Only those of the first contact are believed. */
  meet(announced: readonly JobKey[]): void {
    const { log } = this.#deps;
    const verdict = this.#judgeKeys(announced);
    switch (verdict.status) {
      case 'not_saved':
        log.error({ err: verdict.error }, 'runner.keys_not_saved');
        return;
      case 'pinned':
        log.info({ keys: verdict.keys.map(({ kid }) => kid) }, 'runner.keys_pinned');
        return;
      case 'known':
        if (verdict.untrusted.length === 0) return;
        log.warn({ keys: verdict.untrusted, remedy: TRUST_REMEDY }, 'runner.new_keys_announced');
        return;
      case 'changed': {
        const { trusted, announced: kids } = verdict;
        log.error({ trusted, announced: kids, remedy: TRUST_REMEDY }, 'runner.keys_changed');
        return;
      }
    }
  }

  /** A key that is not known may have been trusted since, by a command beside this process. */
  async #verify(envelope: string): Promise<EnvelopeVerdict> {
    const { self, keys, now } = this.#deps;
    const verify = () => verifyEnvelope(envelope, { trusted: keys.trusted ?? [], self, nowMs: now() });
    const verdict = await verify();
    if (verdict.status === 'verified' || verdict.reason !== 'unknown_key') return verdict;
    const known = keys.trusted;
    this.#reloadKeys();
    return known === keys.trusted ? verdict : verify();
  }

  #reloadKeys(): void {
    try {
      this.#deps.keys.reload();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'runner.keys_unreadable');
    }
  }

  /** Keys that can't be kept are not trusted: the next life would take others as readily. */
  #judgeKeys(announced: readonly JobKey[]): KeyVerdict | { status: 'not_saved'; error: unknown } {
    try {
      return this.#deps.keys.meet(announced);
    } catch (error) {
      return { status: 'not_saved', error };
    }
  }

  async admit(envelope: string): Promise<Admission> {
    const { taken, now, log } = this.#deps;
    const verdict = await this.#verify(envelope);
    if (verdict.status === 'refused') {
      log.error({ reason: verdict.reason, message: verdict.message }, 'job.refused');
      return refusal(envelope, verdict.message);
    }
    const { claims } = verdict;
    if (taken.take(claims, now())) return { status: 'admitted', claims };
    log.error({ taskId: claims.job.taskId, epoch: claims.epoch, reason: 'replayed' }, 'job.refused');
    return refusal(envelope, `Attempt ${claims.epoch} of this task, or a later one, was taken before.`);
  }
}

const TRUST_REMEDY =
  'If the key was changed on purpose, run "signalbox-runner trust" on this machine. Otherwise somebody else answers in the place of the control plane: look who.';

function refusal(envelope: string, message: string): Admission {
  const claimed = peekEnvelope(envelope);
  if (claimed === null) return { status: 'unreadable' };
  return { status: 'refused', taskId: claimed.job.taskId, epoch: claimed.epoch, message };
}
