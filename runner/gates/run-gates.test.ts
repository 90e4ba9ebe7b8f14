import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GateResult } from '../../protocol/gates.ts';
import { readProcessTable } from '../process/process-table.ts';
import { waitFor } from '../testing/wait-for.ts';
import { readGates } from './read-gates.ts';
import { runGates } from './run-gates.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'gates-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  settings: string,
  options: { paths?: string[]; tests?: string[]; signal?: AbortSignal } = {},
) {
  const read = readGates(settings);
  if (read.status === 'invalid') throw new Error(read.message);
  const live: string[] = [];
  const results = await runGates(
    {
      plan: { ...read.plan, secrets: 'off' },
      changes: { paths: options.paths ?? ['a.txt'], insertions: 1, deletions: 0, patch: '', patchCut: false },
      generatedTests: options.tests ?? null,
    },
    { folder, git: null, signal: options.signal ?? new AbortController().signal },
    {
      commands: {
        host: {
          env: { ...process.env, ANTHROPIC_API_KEY: 'k', GITHUB_TOKEN: 't' },
          passThrough: [],
          dataDir: folder,
        },
        sandbox: null,
      },
      clean: (_name, text) => text,
      cleanWhole: (text) => text,
      keep: () => 'outputs/x',
      onOutput: (_name, text) => live.push(text),
      now: Date.now,
      findSecrets: () => [],
      onFinished: () => undefined,
    },
  );
  return { results, live: live.join('') };
}
const one = async (settings: string, options?: Parameters<typeof run>[1]): Promise<GateResult | undefined> =>
  (await run(settings, options)).results?.[0];
const check = (fields: Record<string, unknown>): string =>
  JSON.stringify({ gates: { checks: [{ name: 'it', ...fields }] } });

describe('a gate', () => {
  it('passes or fails by its exit code, with its output live and in the result', async () => {
    expect(await one(check({ command: 'echo fine' }))).toMatchObject({ status: 'passed', exitCode: 0 });
    const { results, live } = await run(check({ command: 'echo out; echo err >&2; exit 3' }));
    expect(results?.[0]).toMatchObject({ status: 'failed', exitCode: 3, detail: 'It ended with 3.' });
    expect(results?.[0]?.output.text).toContain('out\n');
    expect(live).toContain('err\n');
  });

  it('sees none of the logins that the runner has', async () => {
    const { live } = await run(check({ command: 'env' }));
    expect(live).toContain('CI=true');
    expect(live).not.toMatch(/ANTHROPIC|GITHUB_TOKEN|CLAUDE_CODE/);
  });

  it('is ended at its time limit with everything that it started', async () => {
    const mark = `31${process.pid}`;
    const result = await one(check({ command: `(setsid sleep ${mark}); sleep ${mark}`, minutes: 0.01 }));
    expect(result).toMatchObject({ status: 'timed_out', required: true });
    await waitFor('its processes to be gone', () => !someRun(mark));
  });

  it('leaves nothing running behind its own end', async () => {
    const mark = `32${process.pid}`;
    expect(await one(check({ command: `sleep ${mark} & echo done` }))).toMatchObject({ status: 'passed' });
    await waitFor('its processes to be gone', () => !someRun(mark));
  });

  it('says when a command of it is not there', async () => {
    expect(await one(check({ command: 'no-such-command-here' }))).toMatchObject({ status: 'broken' });
  });

  it('runs in its folder, and in none outside of the repository', async () => {
    mkdirSync(join(folder, 'web'));
    symlinkSync('/', join(folder, 'out'));
    expect((await run(check({ command: 'pwd', directory: 'web' }))).live).toContain(join(folder, 'web'));
    expect(await one(check({ command: 'pwd', directory: 'out' }))).toMatchObject({ status: 'broken' });
    expect(readGates(check({ command: 'pwd', directory: '../x' }))).toMatchObject({ status: 'invalid' });
  });

  it('is skipped when nothing that it looks after was changed', async () => {
    const settings = check({ command: 'exit 1', paths: ['web/**', '!**/*.md'] });
    expect(await one(settings, { paths: ['api/x.ts', 'web/readme.md'] })).toMatchObject({
      status: 'skipped',
    });
    expect(await one(settings, { paths: ['web/x.ts'] })).toMatchObject({ status: 'failed' });
  });

  it('has its findings at files of the repository alone, those of its reports first', async () => {
    writeFileSync(join(folder, 'a.ts'), '');
    writeFileSync(
      join(folder, 'old.xml'),
      '<testsuite><testcase name="old" file="a.ts" line="9"><failure message="old"/></testcase></testsuite>',
    );
    const xml =
      '<testsuite><testcase name="t" file="a.ts" line="2"><failure message="bad"/></testcase><testcase name="u"/></testsuite>';
    const result = await one(
      check({
        command: `echo '${xml}' > new.xml; touch -d '1 hour ago' old.xml; echo a.ts:2:1: again; echo ${folder}/a.ts:5:1: here; echo gone.ts:1:1: no; exit 1`,
        reports: ['*.xml'],
      }),
    );
    expect(result?.annotations.map(({ path, line, message }) => [path, line, message])).toEqual([
      ['a.ts', 2, 't: bad'],
      ['a.ts', 5, 'here'],
    ]);
    expect(result).toMatchObject({ tests: { total: 2, failed: 1, skipped: 0 } });
    expect(result?.detail).toContain('old.xml is older than this run');
  });

  it('keeps the end of a long output, and the whole elsewhere', async () => {
    const result = await one(check({ command: 'seq 1 20000; exit 1' }));
    expect(result?.output).toMatchObject({ cut: true, kept: 'outputs/x' });
    expect(result?.output.text.trimEnd().endsWith('20000')).toBe(true);
  });

  it('comes to nothing when the job ends', async () => {
    const controller = new AbortController();
    const running = run(check({ command: 'sleep 60' }), { signal: controller.signal });
    controller.abort();
    expect((await running).results).toBeNull();
  });
});

describe('the tests of a task', () => {
  it('run apart: those that Claude wrote as files of the command, the others by the command alone', async () => {
    const settings = JSON.stringify({ tests: { command: 'echo run' } });
    const { results, live } = await run(settings, { tests: ['a b.test.ts', '$(x).test.ts'] });
    expect(results?.map(({ kind, status }) => [kind, status])).toEqual([
      ['generated_tests', 'passed'],
      ['regression_tests', 'passed'],
    ]);
    expect(live).toBe('run a b.test.ts $(x).test.ts\nrun\n');
  });

  it('are skipped, and say how to have them run, where nobody said how', async () => {
    const result = await one('{}', { tests: ['a.test.ts'] });
    expect(result).toMatchObject({ status: 'skipped', detail: expect.stringContaining('tests.command') });
  });
});

function someRun(mark: string): boolean {
  return readProcessTable().some(({ pid, state }) => state !== 'Z' && commandLine(pid).includes(mark));
}
function commandLine(pid: number): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
