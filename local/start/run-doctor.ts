import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { baseEnvironment, ROOT } from '../stack/parts.ts';

const DOCTOR_DEADLINE_MS = 30_000;

/** Names under which Claude Code finds its login, its model and its way to the API. */
const CLAUDE_NAMES = /^(?:ANTHROPIC_|CLAUDE_CODE_|CLAUDE_CONFIG_DIR$|AWS_|GOOGLE_|CLOUD_ML_REGION$|VERTEX_)/;

/** What the doctor can't know before the control plane runs; it is given by us. */
const GIVEN_LATER = ['settings'];

const reportSchema = z.object({
  checks: z.array(
    z.object({ name: z.string(), status: z.string(), detail: z.string(), remedy: z.string().nullable() }),
  ),
});

export type ClaudeReading =
  | { status: 'ready'; environment: Record<string, string> }
  | { status: 'broken'; message: string };

/** Checks with the runner's own doctor whether git and Claude Code are there and Claude Code is logged in. */
export async function runDoctor(env: NodeJS.ProcessEnv): Promise<ClaudeReading> {
  const claude = Object.entries(env).filter((pair): pair is [string, string] => CLAUDE_NAMES.test(pair[0]));
  const environment = Object.fromEntries(claude);
  const { stdout } = await execa(process.execPath, [join(ROOT, 'runner/bin.js'), 'doctor', '--json'], {
    env: { ...baseEnvironment(env), ...environment },
    extendEnv: false,
    reject: false,
    timeout: DOCTOR_DEADLINE_MS,
  });
  const report = reportSchema.safeParse(parseJson(stdout));
  if (!report.success)
    return { status: 'broken', message: `The check of this machine gave no answer:\n${stdout}` };
  const broken = report.data.checks.filter(
    ({ name, status }) => status === 'broken' && !GIVEN_LATER.includes(name),
  );
  if (broken.length === 0) return { status: 'ready', environment };
  const lines = broken.map(({ name, detail, remedy }) => `✗ ${name}: ${detail}\n  ${remedy ?? ''}`);
  return { status: 'broken', message: `This machine can't run Claude Code yet:\n\n${lines.join('\n')}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
