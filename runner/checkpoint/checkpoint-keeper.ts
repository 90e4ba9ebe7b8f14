import { mkdirSync, rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  type CheckpointHeader,
  MAX_CHECKPOINT_BYTES,
  MAX_CHECKPOINT_MESSAGES,
} from '../../protocol/checkpoint.ts';
import { uploadCheckpoint } from '../http/checkpoint-api.ts';
import type { JobApiDeps } from '../http/git-token.ts';
import { formatBytes } from '../machine/check-disk.ts';
import type { SessionWorkspace } from '../workspace/workspace-types.ts';
import { appendTranscript, type TranscriptMark, type Transcripts } from './transcripts.ts';

export type KeeperDeps = {
  dataDir: string;
  transcripts: Transcripts;
  now: () => number;
  newId: () => string;
  /** How often the state is stored while a turn goes on; 0: at its end only. */
  intervalMs: number;
};

/** A state of the session's folder to be stored. */
export type State = {
  workspace: SessionWorkspace;
  claudeSessionId: string | null;
  /** Turns of this attempt that are over. */
  turn: number;
  /** A tree or a commit of it; null: the folder as it is when its turn comes. */
  object: string | null;
  from: 'capture' | 'disk';
  /** Messages that Claude has had. */
  messages: readonly string[];
};

export type JobLinks = {
  api: JobApiDeps;
  epoch: number;
  log: Logger;
  /** Says something in the session's log, as long as the job may. */
  notice: (text: string) => void;
};

/** Packing is work for git; more at once would take the cores from Claude's commands. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));

/** Stores states of running jobs with their sessions, behind everybody's back. Nothing waits for it but a drain. */
export class CheckpointKeeper {
  readonly deps: KeeperDeps;
  readonly folder: string;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  constructor(deps: KeeperDeps) {
    this.deps = deps;
    this.folder = join(deps.dataDir, 'checkpoints');
    // What a crash left here is half a file of something that can be made again.
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  forJob(links: JobLinks): JobCheckpoints {
    return new JobCheckpoints(this, links);
  }

  /** Resolves when everything that was begun is stored or given up. Never rejects. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Runs few at once, in the order in which they came. @param work never rejects */
  run(work: () => Promise<void>): Promise<void> {
    const done = this.#enter()
      .then(work)
      .finally(() => {
        this.#active -= 1;
        this.#running.delete(done);
        this.#waiting.shift()?.();
      });
    this.#running.add(done);
    return done;
  }

  async #enter(): Promise<void> {
    if (this.#active >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active += 1;
  }
}

/** The checkpoints of one attempt at a task: one after the other, and of those that wait only the newest. */
export class JobCheckpoints {
  readonly #keeper: CheckpointKeeper;
  readonly #links: JobLinks;
  #ordinal = 0;
  #next: { state: State; mark: TranscriptMark | null } | null = null;
  #working: Promise<void> | null = null;
  #hasComplained = false;

  constructor(keeper: CheckpointKeeper, links: JobLinks) {
    this.#keeper = keeper;
    this.#links = links;
  }

  /**
   * Has a state stored. Resolves at once, when it is known up to where the transcript belongs to it.
   *
   * @param isAnotherTurnDue Claude will go on writing before the state is stored
   */
  async store(state: State, isAnotherTurnDue: boolean): Promise<void> {
    const { workspace, claudeSessionId } = state;
    const mark =
      isAnotherTurnDue && claudeSessionId !== null
        ? await this.#keeper.deps.transcripts.mark(workspace.path, claudeSessionId)
        : null;
    this.#next = { state, mark };
    this.#working ??= this.#keeper.run(() => this.#work());
  }

  /** Has the state stored again and again while Claude works. @returns what ends that */
  repeat(state: () => State): () => void {
    const { intervalMs } = this.#keeper.deps;
    if (intervalMs === 0) return () => {};
    // A state that is still being stored is not overtaken by the clock.
    const tick = (): void => {
      if (this.#working === null) void this.store(state(), true);
    };
    const timer = setInterval(tick, intervalMs);
    return () => clearInterval(timer);
  }

  /** Resolves when the latest state is stored or given up, or the time is up. Never rejects. */
  async settled(limitMs: number): Promise<void> {
    if (this.#working === null) return;
    const { promise: timeUp, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    await Promise.race([this.#working, timeUp]);
    clearTimeout(timer);
  }

  async #work(): Promise<void> {
    while (this.#next !== null) {
      const { state, mark } = this.#next;
      this.#next = null;
      this.#ordinal += 1;
      const id = this.#keeper.deps.newId();
      const file = join(this.#keeper.folder, `${id}.out`);
      try {
        await this.#store(state, mark, id, file);
      } catch (error) {
        this.#links.log.error({ err: error, turn: state.turn }, 'checkpoint.failed');
      } finally {
        await rm(file, { force: true }).catch(() => undefined);
      }
    }
    this.#working = null;
  }

  async #store(state: State, mark: TranscriptMark | null, id: string, file: string): Promise<void> {
    const { workspace, claudeSessionId, turn, object, from, messages } = state;
    const { deps } = this.#keeper;
    const { epoch, log, api } = this.#links;
    const madeAt = deps.now();
    const request = { object, from, id, file, maxBytes: MAX_CHECKPOINT_BYTES };
    const result = await workspace.pack(request);
    if (!result.ok) {
      log.error({ failure: result.failure, turn }, 'checkpoint.not_packed');
      return;
    }
    const { packed } = result;
    if (packed === null) return;
    if (packed.status === 'too_large') return this.#complain(packed.bytes);
    const transcript =
      mark ??
      (claudeSessionId === null ? null : await deps.transcripts.mark(workspace.path, claudeSessionId));
    if (transcript !== null) await appendTranscript(transcript, file);
    const { size } = await stat(file);
    if (size > MAX_CHECKPOINT_BYTES) return this.#complain(size);
    const { bytes: bundleBytes, status: _packed, ...commits } = packed;
    const bundles = (packed.sides ?? []).reduce((sum, side) => sum + side.bundleBytes, bundleBytes);
    const header: CheckpointHeader = {
      version: 1,
      id,
      epoch,
      ordinal: this.#ordinal,
      turn,
      madeAt,
      ...commits,
      claudeSessionId: size > bundles ? claudeSessionId : null,
      cwd: workspace.path,
      messages: messages.slice(-MAX_CHECKPOINT_MESSAGES),
      bundleBytes,
      transcriptBytes: size - bundles,
    };
    const answer = await uploadCheckpoint(api, header, file);
    const took = { id, turn, bytes: size, ms: deps.now() - madeAt };
    if (answer.status === 'ok') log.info(took, 'checkpoint.stored');
    else log.warn({ ...took, status: answer.status, reason: answer.message }, 'checkpoint.not_stored');
  }

  #complain(bytes: number): void {
    this.#links.log.warn({ bytes }, 'checkpoint.too_large');
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const text = `The state of this session takes ${formatBytes(bytes)}, more than the ${formatBytes(MAX_CHECKPOINT_BYTES)} that can be stored for another runner: large files may have to be ignored (.gitignore). If this runner is lost, another one goes on from the last state that was stored.`;
    this.#links.notice(text);
  }
}
