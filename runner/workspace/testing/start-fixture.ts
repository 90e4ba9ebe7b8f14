import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GitRef, Repository, Workspace } from '../../../protocol/workspace.ts';
import { type Files, makeOrigin, type Origin, temporaryFolder } from '../../git/testing/make-repository.ts';
import { type GitServer, serveGit } from '../../git/testing/serve-git.ts';
import { openWorkspaces, type Workspaces } from '../open-workspaces.ts';
import type {
  Filled,
  SessionWorkspace,
  WorkspaceDeps,
  WorkspaceFailure,
  WorkspaceSpec,
} from '../workspace-types.ts';

export const TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';

export type Fixture = {
  root: string;
  dataDir: string;
  origin: Origin;
  server: GitServer;
  repository: Repository;
  deps: WorkspaceDeps;
  workspaces: Workspaces;
  getToken: () => Promise<string | null>;
  /** What a runner that was started again on the same data would have. */
  restart: () => Promise<Workspaces>;
  spec: (
    change?: Partial<Omit<WorkspaceSpec, 'workspace'>> & { ref?: GitRef; workspace?: Workspace },
  ) => WorkspaceSpec;
  /** Reserves and fills, and fails the test when either fails. */
  open: (spec: WorkspaceSpec, from?: Workspaces) => Promise<{ workspace: SessionWorkspace; filled: Filled }>;
  close: () => Promise<void>;
};

/** A git server with one repository, and a runner's workspaces on a folder of its own. */
export async function startFixture(
  files: Files = { 'README.md': 'hello\n', 'src/a.txt': 'a\n' },
): Promise<Fixture> {
  const folder = temporaryFolder();
  const served = join(folder.path, 'served');
  mkdirSync(served);
  const origin = makeOrigin(served, 'acme/app.git', files);
  const server = await serveGit(served, TOKEN);
  const repository: Repository = {
    id: 4711,
    owner: 'acme',
    name: 'app',
    cloneUrl: `${server.url}/acme/app.git`,
    htmlUrl: `${server.url}/acme/app`,
    defaultBranch: 'main',
    private: true,
  };
  const dataDir = join(folder.path, 'data');
  const deps: WorkspaceDeps = {
    dataDir,
    host: process.env,
    now: Date.now,
    newId: randomUUID,
    random: () => 0,
    sleep: async () => undefined,
  };
  const workspaces = await openWorkspaces(deps);
  const getToken = async (): Promise<string> => TOKEN;
  return {
    root: folder.path,
    dataDir,
    origin,
    server,
    repository,
    deps,
    workspaces,
    getToken,
    restart: () => openWorkspaces(deps),
    spec: ({ ref, workspace, ...change } = {}) => ({
      sessionId: randomUUID(),
      taskNumber: 1,
      branch: 'signalbox/issue-1',
      workspace: workspace ?? { type: 'github', repository, ref: ref ?? { kind: 'branch', base: 'main' } },
      ...change,
    }),
    open: async (spec, from = workspaces) => {
      const reserved = succeeds(await from.reserve(spec));
      const filled = succeeds(await reserved.workspace.fetchAndFill({ getToken }));
      return { workspace: reserved.workspace, filled };
    },
    close: async () => {
      await server.close();
      folder.remove();
    },
  };
}

/** The value of a step that has to succeed in this test. */
export function succeeds<T extends { ok: true }>(result: T | WorkspaceFailure): T {
  if (!result.ok) throw new Error(`${result.trouble}: ${result.failure.message}`);
  return result;
}
