import type { ChangedFile } from '../../../protocol/events.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import type { Converse } from './converse.ts';
import type { Prepared } from './prepare-workspace.ts';

const MAX_FILES = 200;

const TESTS_FIRST = [
  'The request below is worked on in two steps. This is the first: write tests alone.',
  'Write tests in this repository, as its own tests are written, that describe what the request asks for: they fail now and pass once it is done.',
  'Change nothing but test files, and do not begin with the request itself. Stop when the tests are written.',
].join(' ');

/** What Claude is told when its tests are written. */
export function workPrompt(files: readonly string[]): string {
  const named = files.length === 0 ? 'You wrote no tests.' : `Your tests are in ${files.join(', ')}.`;
  return `${named} Now do the request itself, so that they pass. Do not weaken or remove them; where one turned out to be wrong, correct it and say why.`;
}

/**
 * The test phase: one turn in which Claude writes tests for the request, before it begins with it. In a later life of
 * the runner it is not done twice.
 *
 * @returns how the job ends, or null when it goes on
 */
export async function writeTests(
  context: JobContext,
  { workspace }: Prepared,
  converse: Converse,
): Promise<JobEnd | null> {
  const { job, recall, stop, emit } = context;
  if (!job.options.tests || recall.workDone) return null;
  if (recall.generatedTests === null) {
    converse.tell(TESTS_FIRST);
    const ended = await converse.step();
    if (ended !== null) return ended;
    const captured = await workspace.capture(stop.signal);
    if (stop.reason !== null) return endOfStop(stop.reason);
    if (!captured.ok) return { type: 'failed', failure: captured.failure };
    const files = testsAmong(captured.files);
    emit({
      type: 'tests.written',
      files: files.slice(0, MAX_FILES),
      filesCut: captured.filesCut || files.length > MAX_FILES,
    });
    context.recall = { ...context.recall, generatedTests: files.slice(0, MAX_FILES) };
  }
  converse.tell(workPrompt(context.recall.generatedTests ?? []));
  return null;
}

/** Names that test files have in the usual languages, or a folder of tests. */
const TEST_NAME =
  /(?:^|\/)(?:tests?|spec|__tests__|e2e)\/|(?:[._-](?:test|spec|tests)\.\w+$)|(?:^|\/)test_[^/]*\.py$|(?:Tests?|Spec)\.\w+$|_test\.\w+$/;

/** What a runner of tests is given: not the data and helpers beside them. */
function testsAmong(files: readonly ChangedFile[]): string[] {
  return files
    .filter(({ path, status }) => status !== 'deleted' && TEST_NAME.test(path) && /\.\w+$/.test(path))
    .map(({ path }) => path.slice(0, 500))
    .map((path) => (path.startsWith('-') ? `./${path}` : path));
}
