import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../protocol/events.ts';
import { accountOf } from '../account/account-of.ts';
import { connectRunner } from '../fleet/testing/connect-runner.ts';
import { COUNTERS, DEPLOYMENT_GAUGES, GAUGES, HISTOGRAMS } from '../metrics/catalog.ts';
import { issueSession, requestOf } from '../session/testing/make-requests.ts';
import { finished, started, turnEnded } from '../session/testing/runner-events.ts';
import { TestSession } from '../session/testing/test-session.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';
import { fleetOf } from './durable-objects.ts';

let accounts = 200_000;
const newAccount = () => `github:${++accounts}`;

const ask = (path: string, key = TEST_ADMIN_KEY) =>
  exports.default.fetch(`http://localhost:8787${path}`, { headers: { authorization: `Bearer ${key}` } });
const metricsOf = async (account: string) => (await ask(`/metrics?account=${account}`)).text();

const toolResult = (name: string, isError: boolean, durationMs: number): RunnerEvent => ({
  type: 'claude.tool_result',
  toolUseId: crypto.randomUUID(),
  name,
  isError,
  output: { text: '', bytes: 0, cut: false },
  durationMs,
  parent: null,
});

async function runningTask(account: string) {
  const session = { ...issueSession(), account };
  const test = new TestSession(session);
  await test.hold('github');
  await test.rpc.submit(session, requestOf('Please mend the door.'));
  await test.rpc.jobAssigned(1, 1, { id: '8b6f0c52-6f0a-4c0e-9d53-0b8f7a3b1c7e', name: 'den' });
  return { test, runner: await test.open() };
}

describe('/metrics', () => {
  it('tells what sessions did, each thing once, and which of them are busy', async () => {
    const account = newAccount();
    const { test, runner } = await runningTask(account);
    await runner.events(started, toolResult('Bash', false, 40), toolResult('Bash', true, 700));
    await runner.events(toolResult('Read', false, 3), turnEnded);
    const of = (rest: string) => rest.replaceAll('{', `{account="${account}",`).replaceAll(',}', '}');
    await eventually(async () => {
      const lines = (await metricsOf(account)).split('\n');
      expect(lines).toEqual(
        expect.arrayContaining([
          of('tool_executions_total{tool="Bash",status="ok"} 1'),
          of('tool_executions_total{tool="Bash",status="error"} 1'),
          of('tool_executions_total{tool="Read",status="ok"} 1'),
          of('tool_duration_ms_bucket{tool="Bash",le="50"} 1'),
          of('tool_duration_ms_bucket{tool="Bash",le="1000"} 2'),
          of('tool_duration_ms_sum{tool="Bash"} 740'),
          of('tool_duration_ms_count{tool="Bash"} 2'),
          of('active_sessions{status="active"} 1'),
          of('signalbox_tasks_created_total{source="github"} 1'),
          of('signalbox_turns_total{model="test-model",status="ok"} 1'),
          of('signalbox_tokens_total{model="test-model",kind="input"} 100'),
          of('signalbox_cost_usd_total{model="test-model"} 0.05'),
          of('signalbox_event_lag_seconds_count{} 4'),
        ]),
      );
    });
    await runner.events(finished({ type: 'cancelled', rescueRef: null }));
    await eventually(async () => {
      const lines = (await metricsOf(account)).split('\n');
      expect(lines).toContain(of('signalbox_tasks_ended_total{outcome="cancelled"} 1'));
      expect(lines).toContain(of('active_sessions{status="active"} 0'));
    });
    expect(await test.eventTypes()).toContain('job.finished');
  });

  it('counts nothing twice when a report comes again, and goes on with a session that was made anew', async () => {
    const account = newAccount();
    const id = crypto.randomUUID();
    const report = (number: number, since = 1_000) => ({
      since,
      number,
      status: 'active' as const,
      observations: [{ name: 'tool_executions_total', labels: ['Bash', 'ok'], add: 1 }] as const,
    });
    const { metrics } = accountOf(env, account);
    await metrics.take(id, [report(3), report(5)]);
    await metrics.take(id, [report(3), report(5), report(8)]);
    // Deleted and made anew: it counts its events from 1.
    await metrics.take(id, [report(2, 2_000)]);
    await metrics.take(id, [report(9), report(2, 2_000)]);
    expect(await metricsOf(account)).toContain(
      `tool_executions_total{account="${account}",tool="Bash",status="ok"} 4\n`,
    );
  });

  it('shows a runner and the queue as its Fleet has them', async () => {
    const account = newAccount();
    const fleet = fleetOf(env, account);
    const { id } = await fleet.registerRunner(account, 'de"n');
    const runner = await connectRunner(account, id);
    await runner.hello({ capacity: 3 });
    runner.send({
      type: 'metrics',
      metrics: {
        cpuShare: 0.25,
        memoryUsedBytes: 1_000,
        memoryTotalBytes: 4_000,
        diskFreeBytes: 5e10,
        diskTotalBytes: 1e11,
      },
    });
    const labels = `account="${account}",runner="de\\"n",runner_id="${id}"`;
    await eventually(async () => {
      const lines = (await metricsOf(account)).split('\n');
      expect(lines).toEqual(
        expect.arrayContaining([
          `signalbox_runner_up{${labels}} 1`,
          `signalbox_runner_capacity{${labels}} 3`,
          `signalbox_runner_cpu_ratio{${labels}} 0.25`,
          `signalbox_runner_memory_used_bytes{${labels}} 1000`,
          `signalbox_runner_disk_size_bytes{${labels}} 100000000000`,
          `signalbox_queue_depth{account="${account}"} 0`,
          `signalbox_source_up{account="${account}",source="fleet"} 1`,
        ]),
      );
    });
  });

  it('announces each metric of the catalogue with its type and help', async () => {
    const text = await metricsOf(newAccount());
    for (const name of Object.keys({ ...COUNTERS, ...HISTOGRAMS, ...GAUGES, ...DEPLOYMENT_GAUGES })) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
      expect(text).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`, 'm'));
    }
  });

  it('is for those who show a key or the token for metrics, which opens nothing else', async () => {
    const { METRICS_TOKEN } = env;
    if (METRICS_TOKEN === undefined) throw new Error('The tests set METRICS_TOKEN.');
    const answer = await ask('/metrics', METRICS_TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await ask('/api/sessions', METRICS_TOKEN)).status).toBe(401);
    expect((await ask('/metrics', `${METRICS_TOKEN}x`)).status).toBe(401);
    expect((await exports.default.fetch('http://localhost:8787/metrics')).status).toBe(401);
  });
});
