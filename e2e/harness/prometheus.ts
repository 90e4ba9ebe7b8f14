import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startProcess } from '../../local/process/start-process.ts';
import { freePort } from '../../local/stack/free-port.ts';
import { baseEnvironment } from '../../local/stack/parts.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/monitoring');
const START_DEADLINE_MS = 60_000;

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
export type QueryResult = z.infer<typeof answerSchema>['data']['result'];

export type Prometheus = { query(expr: string): Promise<QueryResult>; stop(): Promise<void> };

/** The real Prometheus with the example's configuration, pointed at this deployment. */
export async function startPrometheus(target: string, token: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-prometheus-'));
  const example = await readFile(join(EXAMPLES, 'prometheus.yml'), 'utf8');
  const config = example
    .replaceAll('15s', '1s')
    .replace('scheme: https', 'scheme: http')
    .replace('signalbox.example.com', new URL(target).host);
  await writeFile(join(folder, 'prometheus.yml'), config);
  await writeFile(join(folder, 'alerts.yml'), await readFile(join(EXAMPLES, 'alerts.yml'), 'utf8'));
  await writeFile(join(folder, 'metrics-token'), token, { mode: 0o600 });
  const port = await freePort();
  const server = await startProcess({
    command: 'prometheus',
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    cwd: folder,
    env: baseEnvironment(),
    ready: (line) => (line.includes('Server is ready to receive web requests') ? true : undefined),
    readyStream: 'stderr',
    deadlineMs: START_DEADLINE_MS,
  });
  return {
    async query(expr) {
      const url = `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: expr })}`;
      const text = await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
      const answer = answerSchema.safeParse(JSON.parse(text));
      if (!answer.success) throw new Error(`Prometheus does not take "${expr}": ${text}`);
      return answer.data.data.result;
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Runs promtool. @returns its exit code and everything it wrote */
export async function promtool(
  args: readonly string[],
  { stdin = '', cwd }: { stdin?: string; cwd?: string } = {},
): Promise<{ code: number; output: string }> {
  const child = spawn('promtool', args, { cwd, stdio: 'pipe', timeout: START_DEADLINE_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  child.stdin.end(stdin);
  const [code] = await once(child, 'close');
  return { code: Number(code), output };
}
