/** What GitHub Actions does with a commit: jobs that end, each a check run with a log. */
import { resolveCommit } from '../git/read-refs.ts';
import type { JsonObject } from '../json.ts';
import type { CheckRun } from '../model.ts';
import { renderCheckRunEvent } from '../render/render-check-suite.ts';
import { accountOf, repositoryNamed, type World } from '../world.ts';
import { type Acted, acting, type Stage } from './acting.ts';

export type GivenWorkflow = {
  repo: string;
  /** Who pushed. */
  author: string;
  /** A branch or a commit. */
  ref: string;
  jobs: { name: string; conclusion: 'success' | 'failure'; log?: string; annotations?: JsonObject[] }[];
};

/** Runs a workflow to its end: its jobs' check runs are there, and the suite's end is announced. */
export function runWorkflow(stage: Stage, given: GivenWorkflow): Promise<Acted<{ checkRunIds: number[] }>> {
  return acting(stage, async (acted) => {
    const repository = repositoryNamed(acted, given.repo);
    const headSha = await resolveCommit(repository.gitDir, given.ref);
    if (headSha === undefined) throw new Error(`The GitHub double's ${given.repo} has no ${given.ref}.`);
    const runs = given.jobs.map((job) => jobRun(acted, headSha, job));
    for (const run of runs) repository.checkRuns.set(run.id, run);
    const failed = runs.find(({ conclusion }) => conclusion === 'failure') ?? runs[0];
    if (failed === undefined) throw new Error('A workflow has at least one job.');
    const { check_suite } = await renderCheckRunEvent(acted, repository, failed);
    acted.announce({
      event: 'check_suite',
      action: 'completed',
      repository,
      sender: accountOf(acted, given.author),
      fields: { check_suite: check_suite ?? {} },
    });
    return { checkRunIds: runs.map(({ id }) => id) };
  });
}

function jobRun(
  world: World,
  headSha: string,
  { name, conclusion, log = '', annotations = [] }: GivenWorkflow['jobs'][number],
): CheckRun {
  return {
    id: world.nextId(),
    name,
    headSha,
    status: 'completed',
    conclusion,
    detailsUrl: world.baseUrl,
    externalId: '',
    output: { title: null, summary: null, text: null },
    annotations,
    actions: [],
    startedAt: world.now(),
    completedAt: world.now(),
    writes: 1,
    job: { log },
  };
}
