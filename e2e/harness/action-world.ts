import { execFileSync } from 'node:child_process';
import { type ActionJob, openActionJob } from '../../doubles/actions/run-action.ts';
import { type OidcIssuer, startOidcIssuer } from '../../doubles/actions/start-oidc-issuer.ts';
import type { DemoWorldOptions } from '../../local/demo/demo-world.ts';
import { createTestWorld, REPO, type TestWorld } from './test-world.ts';
import { until } from './until.ts';

/** A run of a workflow on the default branch of the test repository, and what it may ask of Signalbox. */
export type ActionWorld = TestWorld & {
  issuer: OidcIssuer;
  /** A job that runs the Action once. */
  job(inputs: Record<string, string>, env?: Record<string, string>): Promise<ActionJob>;
  /** The commit that the workflow runs for. */
  head(): string;
};

let runs = 100;

export async function createActionWorld(options: Partial<DemoWorldOptions> = {}): Promise<ActionWorld> {
  // GitHub's numbers are known once its double runs; tokens are signed when they are asked for.
  const claims: Record<string, unknown> = { event_name: 'push', actor: 'mona', run_id: '77' };
  const issuer = await startOidcIssuer(claims);
  const world = await createTestWorld({ ...options, oidcIssuer: issuer.url });
  const { github, stack } = world;
  const repository = `${github.owner}/${REPO}`;
  Object.assign(claims, {
    repository,
    repository_id: String(github.repositoryId(REPO)),
    repository_owner_id: String(github.ownerId),
    actor_id: '583231',
  });
  const head = () =>
    execFileSync('git', ['-C', github.git(REPO), 'rev-parse', 'main'], { encoding: 'utf8' }).trim();
  await meetRepository(world);
  const jobs: ActionJob[] = [];
  return {
    ...world,
    issuer,
    head,
    async job(inputs, env = {}) {
      runs += 1;
      const job = await openActionJob({
        inputs: { url: stack.url, ...inputs },
        env: {
          GITHUB_REPOSITORY: repository,
          GITHUB_REF: 'refs/heads/main',
          GITHUB_SHA: head(),
          GITHUB_SERVER_URL: github.url,
          GITHUB_EVENT_NAME: 'push',
          GITHUB_RUN_ID: String(runs),
          ...issuer.jobEnvironment,
          ...env,
        },
        event: { repository: { default_branch: 'main' } },
      });
      jobs.push(job);
      return job;
    },
    async close() {
      await Promise.all(jobs.map((job) => job.close()));
      await world.close();
      await issuer.close();
    },
  };
}

/** The App's record knows a repository once its first delivery was worked off. */
async function meetRepository({ github, deliveries }: TestWorld): Promise<void> {
  const event = 'repository';
  await github.deliver(event, github.payload({ event, action: 'publicized', repo: REPO, sender: 'mona' }));
  await until('the repository is known', async () =>
    (await deliveries()).some(({ status }) => status === 'done'),
  );
}
