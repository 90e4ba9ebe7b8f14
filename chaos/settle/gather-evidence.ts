import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TaskView } from '../../protocol/task.ts';
import type { GitHubEvidence, SessionEvidence } from '../invariants/evidence.ts';
import type { SessionRun } from '../work/session-run.ts';
import type { ChaosWorld } from '../world/start-world.ts';
import type { Look } from './look.ts';
import type { ReadRecord } from './read-record.ts';

const run = promisify(execFile);

export type GatherDeps = { world: ChaosWorld; look: Look; record: ReadRecord };

/** Asks everybody who knows something of a session. @throws when the session is not there. */
export async function gatherEvidence(
  { world, look, record }: GatherDeps,
  { plan, said, sessionId, issue, viewers }: SessionRun,
): Promise<SessionEvidence> {
  if (sessionId === null) throw new Error(`${plan.nonce} never became a session.`);
  const { session, tasks } = await look.session(sessionId);
  const [messages, log, stored] = await Promise.all([
    look.messages(sessionId),
    look.log(sessionId),
    record.of(sessionId),
  ]);
  return {
    plan,
    said,
    sessionId,
    session,
    tasks,
    messages,
    log,
    viewers: viewers.map((viewer) => [...viewer.events()]),
    record: stored,
    github: issue === null ? null : await gatherGitHub(world, issue, tasks),
  };
}

async function gatherGitHub(
  { github }: ChaosWorld,
  { repository, number }: { repository: string; number: number },
  tasks: readonly TaskView[],
): Promise<GitHubEvidence> {
  const branches = new Set(tasks.flatMap(({ branch }) => branch ?? []));
  const ids = new Set(tasks.map(({ id }) => id));
  const pulls = (await github.pulls(repository)).filter(({ head }) => branches.has(head));
  return {
    comments: github
      .issue(repository, number)
      .comments.filter(({ author }) => author === github.app.botLogin)
      .map(({ id, body }) => ({ id, body })),
    pulls: await Promise.all(
      pulls.map(async ({ number: pull, head, headSha }) => ({
        number: pull,
        head,
        headSha,
        files: await filesOf(github.git(repository), headSha),
      })),
    ),
    checkRuns: github
      .checkRuns(repository)
      .filter(({ externalId }) => [...ids].some((id) => externalId.includes(id)))
      .map(({ externalId, headSha, conclusion }) => ({ externalId, headSha, conclusion })),
  };
}

async function filesOf(gitDir: string, sha: string): Promise<string[]> {
  const { stdout } = await run('git', ['--git-dir', gitDir, 'ls-tree', '--name-only', sha]);
  return stdout.split('\n').filter((name) => name !== '');
}
