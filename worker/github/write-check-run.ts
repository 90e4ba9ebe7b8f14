import type { CheckAnnotation, GitHubWrite } from '../github-write.ts';
import { taskOfCheck } from './check-actions.ts';
import { createOnce, inRepository, type Made, type WriteTarget } from './write-target.ts';

type CheckRunWrite = Extract<GitHubWrite, { kind: 'check_run' }>;

const CHECK_NAME = 'Signalbox';

/** GitHub's limits for a check run's output. */
const MAX_TITLE_CHARS = 250;
const MAX_SUMMARY_CHARS = 65_000;
const MAX_ANNOTATIONS = 50;

/** Two findings that begin alike at one line are one. */
const MAX_KEY_CHARS = 200;

/** Makes or updates a task's check run. When the work got a commit of its own, a new one is made on that commit. */
export async function writeCheckRun(target: WriteTarget, write: CheckRunWrite): Promise<Made> {
  const ofTask = write.unlessThere === true ? await findOfTask(target, write) : null;
  if (ofTask !== null) return ofTask;
  startAgain(target, write);
  const known = target.known();
  const { headSha } = write;
  if (known.remoteId !== null && known.headSha === headSha)
    return annotate(target, write, await updateCheckRun(target, write, known.remoteId));
  if (known.remoteId !== null) {
    await leaveOldCommit(target, write, known.remoteId);
    target.save({ remoteId: null, url: null, tryingSinceMs: null, annotated: [] });
  }
  target.save({ headSha });
  const made = await createCheckRun(target, write, headSha);
  // Also one whose answer was lost was made with these.
  target.save({ annotated: firstOf(write).map(annotationKey) });
  return annotate(target, write, made.found ? await updateCheckRun(target, write, made.remoteId) : made);
}

/** GitHub waits for a new run where somebody asked for one; to change the old one would not be an answer. */
function startAgain(target: WriteTarget, { again }: CheckRunWrite): void {
  const { again: followed, remoteId } = target.known();
  if (again === undefined || again === followed?.request) return;
  const anew = { remoteId: null, url: null, tryingSinceMs: null, annotated: [] };
  target.save({ ...anew, again: { request: again, before: remoteId } });
}

/** Says beside lines what the check run does not say there yet, as many at once as GitHub takes. */
async function annotate(target: WriteTarget, write: CheckRunWrite, made: Made): Promise<Made> {
  const { octokit, thread } = target;
  for (;;) {
    const said = new Set(target.known().annotated ?? []);
    const rest = (write.annotations ?? []).filter((one) => !said.has(annotationKey(one)));
    const batch = rest.slice(0, MAX_ANNOTATIONS);
    if (batch.length === 0) return made;
    await octokit.rest.checks.update({
      ...inRepository(thread),
      check_run_id: made.remoteId,
      output: { ...outputOf(write), ...beside(batch) },
    });
    const keys = batch.map(annotationKey);
    target.save({ annotated: [...said, ...keys] });
  }
}

const firstOf = ({ annotations = [] }: CheckRunWrite): CheckAnnotation[] =>
  annotations.slice(0, MAX_ANNOTATIONS);

function beside(annotations: readonly CheckAnnotation[]) {
  return annotations.length === 0 ? {} : { annotations: annotations.map(annotationOf) };
}

const annotationKey = ({ path, line, message }: CheckAnnotation): string =>
  `${path}:${line}:${message}`.slice(0, MAX_KEY_CHARS);

function createCheckRun(target: WriteTarget, write: CheckRunWrite, headSha: string) {
  const { octokit, thread } = target;
  return createOnce(target, {
    create: async () => {
      const { data } = await octokit.rest.checks.create({
        ...inRepository(thread),
        name: write.name ?? CHECK_NAME,
        head_sha: headSha,
        external_id: write.key,
        details_url: write.detailsUrl,
        output: { ...outputOf(write), ...beside(firstOf(write)) },
        actions: write.actions ?? [],
        ...write.state,
      });
      return { remoteId: data.id, url: data.html_url };
    },
    find: async () => {
      const { data } = await octokit.rest.checks.listForRef({
        ...inRepository(thread),
        ref: headSha,
        check_name: write.name ?? CHECK_NAME,
        filter: 'all',
        per_page: 100,
      });
      const before = target.known().again?.before ?? null;
      const ours = data.check_runs.find((run) => run.external_id === write.key && run.id !== before);
      return ours === undefined ? null : { remoteId: ours.id, url: ours.html_url };
    },
  });
}

/** GitHub goes by the newest run of a name: one made after a task's own would stand in its place. */
async function findOfTask(
  { octokit, thread }: WriteTarget,
  { headSha }: CheckRunWrite,
): Promise<Made | null> {
  const { data } = await octokit.rest.checks.listForRef({
    ...inRepository(thread),
    ref: headSha,
    check_name: CHECK_NAME,
    filter: 'latest',
    per_page: 100,
  });
  const ofTask = data.check_runs.find((run) => taskOfCheck(run.external_id ?? '') !== null);
  return ofTask === undefined ? null : { remoteId: ofTask.id, url: ofTask.html_url };
}

async function updateCheckRun(target: WriteTarget, write: CheckRunWrite, id: number): Promise<Made> {
  const { octokit, thread } = target;
  const { data } = await octokit.rest.checks.update({
    ...inRepository(thread),
    check_run_id: id,
    details_url: write.detailsUrl,
    output: outputOf(write),
    // Left out, those that were shown before would stay.
    actions: write.actions ?? [],
    ...write.state,
  });
  target.save({ sentMs: target.nowMs() });
  return { remoteId: data.id, url: data.html_url };
}

/** A check that never ends would block the old commit for good. */
async function leaveOldCommit(
  { octokit, thread }: WriteTarget,
  write: CheckRunWrite,
  id: number,
): Promise<void> {
  await octokit.rest.checks.update({
    ...inRepository(thread),
    check_run_id: id,
    status: 'completed',
    conclusion: 'neutral',
    actions: [],
    output: { title: 'Went on at a newer commit', summary: `See [the session](${write.detailsUrl}).` },
  });
}

function outputOf({ title, summary }: CheckRunWrite) {
  return { title: title.slice(0, MAX_TITLE_CHARS), summary: summary.slice(0, MAX_SUMMARY_CHARS) };
}

function annotationOf({ path, line, message, level = 'failure' }: CheckAnnotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, message };
}
