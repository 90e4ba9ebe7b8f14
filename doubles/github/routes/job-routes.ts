import { addressOfLog } from '../job-logs.ts';
import { notFound } from '../refusal.ts';
import { onRepository, type Routes } from './rest-call.ts';

export const jobRoutes = {
  'actions/download-job-logs-for-workflow-run': onRepository(({ world, repository, params }) => {
    const run = repository.checkRuns.get(Number(params.job_id));
    if (run?.job === undefined) throw notFound();
    return { kind: 'empty', status: 302, headers: { location: addressOfLog(world, run.id) } };
  }),
} satisfies Routes;
