import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Prometheus, promtool, startPrometheus } from './harness/prometheus.ts';
import { createTestWorld, REPO, type TestWorld } from './harness/test-world.ts';
import { until } from './harness/until.ts';

const EXAMPLES = join(import.meta.dirname, '../examples/monitoring');

/** Where Prometheus must be there (CI), its absence is a failure like any other. */
const REQUIRED = process.env.SIGNALBOX_TEST_PROMETHEUS === 'required';
const MISSING = ['prometheus', 'promtool'].some((name) => spawnSync(name, ['--version']).status !== 0);
const WHY = MISSING ? ' (Prometheus is missing: run scripts/install-prometheus.sh)' : '';

const dashboardSchema = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});

/** As Grafana fills them in. */
const withVariables = (expr: string) =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll('$account', '.*');

async function panelExpressions(): Promise<string[]> {
  const text = await readFile(join(EXAMPLES, 'grafana-dashboard.json'), 'utf8');
  const { panels } = dashboardSchema.parse(JSON.parse(text));
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => withVariables(expr)));
}

async function alertExpressions(): Promise<string[]> {
  const { output } = await promtool(['check', 'rules', 'alerts.yml'], { cwd: EXAMPLES });
  expect(output).toContain('SUCCESS: 16 rules found');
  const text = await readFile(join(EXAMPLES, 'alerts.yml'), 'utf8');
  return text.split(/^ +- alert: /m).slice(1);
}

/** The metrics that a text names. */
const namesIn = (text: string) =>
  new Set(text.match(/\b(?:signalbox_[a-z_]+|tool_[a-z_]+(?=[{_])[a-z_]*|active_sessions)\b/g) ?? []);

/** What a scrape announces, and the series of its histograms. */
function announced(text: string): Set<string> {
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

describe.skipIf(MISSING && !REQUIRED)(`monitoring with Prometheus${WHY}`, () => {
  let world: TestWorld;
  let prometheus: Prometheus;
  let scrape: string;

  const readMetrics = async () => {
    const headers = { authorization: `Bearer ${world.stack.secrets.adminKey}` };
    const answer = await fetch(`${world.stack.url}/metrics`, { headers });
    return answer.text();
  };

  beforeAll(async () => {
    world = await createTestWorld();
    const { number } = await world.github.openIssue({
      repo: REPO,
      author: 'mona',
      title: 'Greeting',
      body: '@signalbox please [[write:src/note.md|a note]]',
    });
    await world.ended(world.sessionOf(number));
    scrape = await until('the task is in the metrics', async () => {
      const text = await readMetrics();
      return /^signalbox_tasks_ended_total.* 1$/m.test(text) ? text : null;
    });
    prometheus = await startPrometheus(world.stack.url, world.stack.secrets.adminKey);
    await until('Prometheus has scraped twice', async () => {
      const [scraped] = await prometheus.query('count_over_time(up{job="signalbox"}[1m])');
      return Number(scraped?.value[1]) >= 2;
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await world?.close();
  });

  it('promtool takes the metrics, and has nothing against them but the unit in one name', async () => {
    const { output } = await promtool(['check', 'metrics'], { stdin: scrape });
    expect(output.trim()).toBe('tool_duration_ms metric names should not contain abbreviated units');
  });

  it('Prometheus scrapes what /metrics tells: a task that was done is in its series', async () => {
    expect(await prometheus.query('up{job="signalbox"}')).toMatchObject([
      { value: [expect.any(Number), '1'] },
    ]);
    const sum = async (expr: string) => Number((await prometheus.query(`sum(${expr})`))[0]?.value[1]);
    expect(await sum('signalbox_tasks_ended_total{outcome="completed"}')).toBe(1);
    expect(await sum('tool_executions_total')).toBeGreaterThan(0);
    expect(await sum('tool_duration_ms_count')).toBe(await sum('tool_executions_total'));
    expect(await sum('signalbox_runner_memory_size_bytes')).toBeGreaterThan(0);
    expect(await sum('signalbox_github_requests_total')).toBeGreaterThan(0);
    expect(
      await sum('signalbox_cache_requests_total{cache="installation_token",result="hit"}'),
    ).toBeGreaterThan(0);
    expect(await sum('signalbox_cost_usd_total')).toBeGreaterThanOrEqual(0);
    expect(await sum('active_sessions')).toBe(0);
  });

  it('Prometheus takes each expression of the dashboard, and each of its metrics exists', async () => {
    const expressions = await panelExpressions();
    expect(namesIn(expressions.join(' ')).size).toBeGreaterThan(30);
    const known = announced(scrape);
    for (const expr of expressions) {
      await prometheus.query(expr);
      for (const name of namesIn(expr)) expect(known, expr).toContain(name);
    }
  });

  it('each metric of an alert exists, and no alert rings for a deployment that is well', async () => {
    const known = announced(scrape);
    for (const alert of await alertExpressions()) {
      for (const name of namesIn(alert)) expect(known).toContain(name);
    }
    expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([]);
  });

  it("promtool takes the example's configuration, and its alerts ring when they should", async () => {
    await writeFile(join(world.dataDir, 'metrics-token'), '');
    for (const file of ['prometheus.yml', 'alerts.yml']) {
      await writeFile(join(world.dataDir, file), await readFile(join(EXAMPLES, file), 'utf8'));
    }
    const config = await promtool(['check', 'config', 'prometheus.yml'], { cwd: world.dataDir });
    expect(config).toMatchObject({ code: 0 });
    const rules = await promtool(['test', 'rules', 'alerts.test.yml'], { cwd: EXAMPLES });
    expect(rules, rules.output).toMatchObject({ code: 0 });
  });
});
