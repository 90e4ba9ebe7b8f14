import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { maskLog, readCommands, readPairs, type WorkflowCommand } from './read-commands.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What the runner gives a process that was asked to end. */
const INTERRUPT_MS = 7_500;
const TERMINATE_MS = 2_500;

const manifestSchema = z.looseObject({
  inputs: z.record(z.string(), z.looseObject({ default: z.string().optional() })),
  outputs: z.record(z.string(), z.unknown()),
  runs: z.looseObject({ using: z.string(), main: z.string(), post: z.string() }),
});

export type Job = {
  /** As `with:` gives them. */
  inputs: Record<string, string>;
  /** The environment of the job and the step, besides the runner's own. */
  env: Record<string, string>;
  event: unknown;
};

export type StepResult = {
  code: number | null;
  /** What was written, as it came. */
  output: string;
  /** The same as people see it. */
  log: string;
  commands: WorkflowCommand[];
  outputs: Record<string, string>;
  summary: string;
};

export type RunningStep = {
  /** What was written so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** As a person who presses "Cancel workflow": SIGINT, then SIGTERM, then the end. */
  cancel(): Promise<StepResult>;
  ended: Promise<StepResult>;
};

export type ActionJob = {
  start(): RunningStep;
  run(): Promise<StepResult>;
  /** The post step, with the state that the main step left. */
  runPost(): Promise<StepResult>;
  close(): Promise<void>;
};

/** action.yml as the runner reads it. */
export async function readManifest() {
  return manifestSchema.parse(parse(await readFile(join(ROOT, 'action.yml'), 'utf8')));
}

/** Runs the committed bundle as the runner of GitHub Actions runs it: with its files, inputs and environment. */
export async function openActionJob(job: Job): Promise<ActionJob> {
  const { inputs: declared, runs } = await readManifest();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-action-job-'));
  const file = (name: string) => join(folder, name);
  for (const name of ['output', 'state', 'env', 'path', 'summary']) await writeFile(file(name), '');
  await mkdir(file('temp'));
  await writeFile(file('event.json'), JSON.stringify(job.event));
  const given = Object.entries(declared).map(([name, { default: value = '' }]) => {
    return [`INPUT_${name.toUpperCase().replaceAll(' ', '_')}`, job.inputs[name] ?? value];
  });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_EVENT_PATH: file('event.json'),
    GITHUB_WORKSPACE: folder,
    GITHUB_ACTION: '__signalbox',
    GITHUB_JOB: 'work',
    GITHUB_RUN_ID: '77',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: file('temp'),
    RUNNER_NAME: 'GitHub Actions 1',
    ...Object.fromEntries(given),
    ...job.env,
  };
  const start = (script: string, more: Record<string, string> = {}) =>
    startStep(join(ROOT, script), { ...env, ...more }, folder);
  return {
    start: () => start(runs.main),
    run: () => start(runs.main).ended,
    async runPost() {
      const state = readPairs(await readFile(file('state'), 'utf8'));
      const names = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
      return start(runs.post, Object.fromEntries(names)).ended;
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function startStep(script: string, env: Record<string, string>, folder: string): RunningStep {
  const child = spawn(process.execPath, [script], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const ended = (async (): Promise<StepResult> => {
    const [code]: (number | null)[] = await once(child, 'close');
    return {
      code: code ?? null,
      output,
      log: maskLog(output),
      commands: readCommands(output),
      outputs: readPairs(await readFile(join(folder, 'output'), 'utf8')),
      summary: await readFile(join(folder, 'summary'), 'utf8'),
    };
  })();
  return {
    output: () => output,
    kill: (signal) => child.kill(signal),
    async cancel() {
      child.kill('SIGINT');
      const timers = [
        setTimeout(() => child.kill('SIGTERM'), INTERRUPT_MS),
        setTimeout(() => child.kill('SIGKILL'), INTERRUPT_MS + TERMINATE_MS),
      ];
      const result = await ended;
      for (const timer of timers) clearTimeout(timer);
      return result;
    },
    ended,
  };
}
