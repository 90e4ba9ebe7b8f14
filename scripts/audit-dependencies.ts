import { spawnSync } from 'node:child_process';
import { z } from 'zod';

/** The registry's advisories answer within seconds. */
const DEADLINE_MS = 120_000;

/** Told apart from 1, "there are vulnerabilities": nothing is known. */
const EXIT_NOT_ASKED = 2;

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), via: z.array(z.unknown()) })),
});

type Verdict = { exitCode: 0 | 1 | 2; text: string };

/** What `npm audit --json` said, in words. An answer that is no report is never taken for a clean one. */
export function judgeAudit(output: string): Verdict {
  const report = reportSchema.safeParse(parseJson(output));
  if (!report.success) {
    return {
      exitCode: EXIT_NOT_ASKED,
      text:
        'The registry could not be asked for advisories (some mirrors refuse that call). This says nothing about the ' +
        'dependencies. Ask the public one: npm audit --omit=dev --registry=https://registry.npmjs.org',
    };
  }
  const found = Object.entries(report.data.vulnerabilities);
  if (found.length === 0) return { exitCode: 0, text: 'No known vulnerability in production dependencies.' };
  const lines = found.map(([name, { severity }]) => `${name}: ${severity}`);
  return {
    exitCode: 1,
    text: `Known vulnerabilities; "npm audit --omit=dev" has more.\n${lines.join('\n')}`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  const { exitCode, text } = judgeAudit(stdout ?? '');
  console.log(text);
  process.exitCode = exitCode;
}
