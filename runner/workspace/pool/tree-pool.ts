import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceDeps } from '../workspace-types.ts';
import {
  filesOf,
  indexOf,
  makeReadyTree,
  type ReadyTree,
  readReadyTree,
  UNFINISHED,
  type WantedTree,
} from './ready-tree.ts';

/** Projects that trees are kept for: those that were worked on last. */
const MAX_PROJECTS = 4;

/** All trees that wait, together. */
const MAX_BYTES = 2_000_000_000;

/** The runner has nothing to do for this long before a tree is made: the next job of a person may follow at once. */
const IDLE_MS = 1_000;

export type PoolDeps = Pick<WorkspaceDeps, 'dataDir' | 'host' | 'newId' | 'now' | 'sleep'>;

/**
 * Trees of projects that were worked on, written while the runner was idle, so that a new session of a large
 * repository need not wait for its files. Each is taken once. They lie in the data folder and outlive the runner.
 */
export class TreePool {
  readonly #deps: PoolDeps;
  readonly #perProject: number;
  /** The oldest first. */
  #ready: ReadyTree[];
  /** By project, the one that was wanted last at the end. */
  readonly #wanted = new Map<string, WantedTree>();
  #making: AbortController | null = null;

  private constructor(deps: PoolDeps, perProject: number, ready: ReadyTree[]) {
    this.#deps = deps;
    this.#perProject = perProject;
    this.#ready = ready;
  }

  /** Finds what an earlier life left. @param perProject how many trees wait for each project; 0: none */
  static async open(deps: PoolDeps, perProject: number): Promise<TreePool> {
    const folder = folderOf(deps);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const ready: ReadyTree[] = [];
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const tree = perProject === 0 || name.startsWith(UNFINISHED) ? null : await readReadyTree(path);
      if (tree === null) await rm(path, { recursive: true, force: true });
      else ready.push(tree);
    }
    ready.sort((a, b) => a.madeAtMs - b.madeAtMs);
    return new TreePool(deps, perProject, ready);
  }

  /** How many trees wait for a project. */
  count(project: string): number {
    return this.#ready.filter((tree) => tree.project === project).length;
  }

  /**
   * Moves a tree that waits for this project into a folder that is empty, and its index to its place. Nobody else gets
   * the same one. Null when there is none.
   */
  async claim(project: string, to: { folder: string; indexFile: string }): Promise<ReadyTree | null> {
    const wanted = this.#wanted.get(project)?.tree;
    const fitting = this.#ready.filter((tree) => tree.project === project);
    const taken = fitting.find(({ tree }) => tree === wanted) ?? fitting.at(-1);
    if (taken === undefined) return null;
    this.#ready = this.#ready.filter((tree) => tree !== taken);
    try {
      await rename(indexOf(taken.path), to.indexFile);
      await rename(filesOf(taken.path), to.folder);
      return taken;
    } catch {
      return null;
    } finally {
      await rm(taken.path, { recursive: true, force: true });
    }
  }

  /** Notes what new sessions of a project start from. */
  want(project: string, wanted: WantedTree): void {
    this.#wanted.delete(project);
    this.#wanted.set(project, wanted);
    const [oldest] = this.#wanted.keys();
    if (this.#wanted.size > MAX_PROJECTS && oldest !== undefined) this.#wanted.delete(oldest);
  }

  /** Makes the trees that are missing, one after the other, until `pause`. Never rejects. */
  async fill(): Promise<void> {
    if (this.#making !== null || this.#perProject === 0) return;
    const making = new AbortController();
    const { signal } = making;
    this.#making = making;
    try {
      await this.#deps.sleep(IDLE_MS);
      await this.#removeSurplus();
      for (const [project, wanted] of [...this.#wanted].reverse()) {
        while (!signal.aborted && this.count(project) < this.#perProject && this.#bytes() < MAX_BYTES) {
          const made = await this.#make(project, wanted, signal);
          if (made === null) break;
          this.#ready.push(made);
        }
      }
    } catch {
      // A full disk or a mirror that is being made anew. The next idle moment tries again.
    } finally {
      this.#making = null;
    }
  }

  /** A job came: the cores are its. */
  pause(): void {
    this.#making?.abort();
  }

  async #make(project: string, wanted: WantedTree, signal: AbortSignal): Promise<ReadyTree | null> {
    const made = await makeReadyTree(
      { host: this.#deps.host, signal },
      this.#deps,
      folderOf(this.#deps),
      project,
      wanted,
    );
    if (made === null) this.#wanted.delete(project);
    return made;
  }

  /** Trees of projects that nobody works on any more go once others are wanted, and the oldest of too many. */
  async #removeSurplus(): Promise<void> {
    const isSurplus = (tree: ReadyTree): boolean =>
      this.#wanted.size >= MAX_PROJECTS && !this.#wanted.has(tree.project);
    let surplus = this.#ready.filter(isSurplus);
    for (const tree of this.#ready) {
      const rest = this.#bytes() - surplus.reduce((sum, { bytes }) => sum + bytes, 0);
      if (rest <= MAX_BYTES) break;
      if (!surplus.includes(tree)) surplus = [...surplus, tree];
    }
    this.#ready = this.#ready.filter((tree) => !surplus.includes(tree));
    for (const { path } of surplus) await rm(path, { recursive: true, force: true });
  }

  #bytes(): number {
    return this.#ready.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

const folderOf = ({ dataDir }: PoolDeps): string => join(dataDir, 'pool');
