import { z } from 'zod';
import { resolveCommit } from '../git/read-refs.ts';
import type { JsonObject } from '../json.ts';
import type { CheckRun } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import { renderAnnotation, renderCheckRun } from '../render/render-check-run.ts';
import { announceCheckRun } from '../write-check-runs.ts';
import {
  created,
  ok,
  onRepository,
  paged,
  parseBody,
  type RepositoryCall,
  type RestAnswer,
  type Routes,
} from './rest-call.ts';

const fields = z.object({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']).optional(),
  conclusion: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string(),
      text: z.string().optional(),
      annotations: z.array(z.record(z.string(), z.json())).default([]),
    })
    .optional(),
  actions: z.array(z.record(z.string(), z.json())).optional(),
});
const newRun = fields.extend({ name: z.string(), head_sha: z.string() });

type Fields = z.infer<typeof fields>;

/** What a write changes; a conclusion completes a run even when no status is given, as on GitHub. */
function applyFields(run: CheckRun, written: Fields, now: number): void {
  const { output } = written;
  run.name = written.name ?? run.name;
  run.detailsUrl = written.details_url ?? run.detailsUrl;
  run.externalId = written.external_id ?? run.externalId;
  run.status = written.conclusion === undefined ? (written.status ?? run.status) : 'completed';
  run.conclusion = run.status === 'completed' ? (written.conclusion ?? run.conclusion) : null;
  if (written.started_at !== undefined) run.startedAt = Date.parse(written.started_at);
  run.completedAt =
    run.status === 'completed' ? Date.parse(written.completed_at ?? '') || (run.completedAt ?? now) : null;
  if (output) {
    run.output = {
      title: output.title ?? run.output.title,
      summary: output.summary,
      text: output.text ?? run.output.text,
    };
    // Annotations of later requests are added to those of earlier ones.
    run.annotations.push(...output.annotations);
  }
  if (written.actions) run.actions = written.actions;
  run.writes += 1;
}

function subjectRun(call: RepositoryCall): CheckRun {
  const run = call.repository.checkRuns.get(Number(call.params.check_run_id));
  if (!run) throw notFound();
  return run;
}

const render = (call: RepositoryCall, run: CheckRun): JsonObject =>
  renderCheckRun(call.world, call.repository, run);

async function createRun(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const { head_sha: headSha, ...written } = parseBody(call, newRun);
  if ((await resolveCommit(repository.gitDir, headSha)) !== headSha) {
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  }
  const run: CheckRun = {
    id: world.nextId(),
    name: written.name,
    headSha,
    status: 'queued',
    conclusion: null,
    detailsUrl: world.baseUrl,
    externalId: '',
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
    startedAt: world.now(),
    completedAt: null,
    writes: 0,
  };
  applyFields(run, written, world.now());
  repository.checkRuns.set(run.id, run);
  await announceCheckRun(world, repository, run, { action: 'created', sender: world.app.bot });
  if (run.status === 'completed') {
    await announceCheckRun(world, repository, run, { action: 'completed', sender: world.app.bot });
  }
  return created(render(call, run));
}

async function updateRun(call: RepositoryCall): Promise<RestAnswer> {
  const { world, repository } = call;
  const run = subjectRun(call);
  const wasCompleted = run.status === 'completed';
  applyFields(run, parseBody(call, fields), world.now());
  if (run.status === 'completed' && !wasCompleted) {
    await announceCheckRun(world, repository, run, { action: 'completed', sender: world.app.bot });
  }
  return ok(render(call, run));
}

async function listForRef(call: RepositoryCall): Promise<RestAnswer> {
  const { searchParams } = call.url;
  const sha = await resolveCommit(call.repository.gitDir, call.params.ref ?? '');
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${call.params.ref}`);
  const name = searchParams.get('check_name');
  const status = searchParams.get('status');
  const runs = [...call.repository.checkRuns.values()]
    .filter((run) => run.headSha === sha)
    .filter((run) => name === null || run.name === name)
    .filter((run) => status === null || run.status === status)
    .reverse();
  const latest =
    searchParams.get('filter') === 'all'
      ? runs
      : [...new Map(runs.toReversed().map((run) => [run.name, run])).values()];
  return paged(
    call,
    latest,
    (run) => render(call, run),
    (check_runs, total_count) => ({ total_count, check_runs }),
  );
}

export const checkRoutes = {
  'checks/create': onRepository(createRun),
  'checks/get': onRepository((call) => ok(render(call, subjectRun(call)))),
  'checks/update': onRepository(updateRun),
  'checks/list-for-ref': onRepository(listForRef),
  'checks/list-annotations': onRepository((call) => {
    const run = subjectRun(call);
    return paged(call, run.annotations, (written) =>
      renderAnnotation(call.world, call.repository, run, written),
    );
  }),
} satisfies Routes;
