import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { MAX_SERIES } from './catalog.ts';
import { MetricStore } from './metric-store.ts';
import { count, observe, type Sample } from './observation.ts';

let accounts = 203_000;
const newObject = () => env.ACCOUNT.get(env.ACCOUNT.idFromName(`github:${++accounts}`));

describe('counters and histograms', () => {
  it('add up what is told, in buckets that hold their upper bound, and survive their object', async () => {
    const object = newObject();
    await runInDurableObject(object, (_instance, { storage }) => {
      const store = new MetricStore(storage.sql);
      store.add([count('signalbox_jobs_lost_total', []), count('signalbox_jobs_lost_total', [], 2)]);
      for (const ms of [10, 11, 600_000, 600_001]) store.add([observe('tool_duration_ms', ['Bash'], ms)]);
    });
    await evictDurableObject(object);
    const samples: Sample[] = await runInDurableObject(object, (_instance, { storage }) =>
      new MetricStore(storage.sql).read(),
    );
    expect(samples).toEqual([
      { type: 'counter', name: 'signalbox_jobs_lost_total', labels: [], value: 3 },
      {
        type: 'histogram',
        name: 'tool_duration_ms',
        labels: ['Bash'],
        counts: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
        sum: 1_200_022,
      },
    ]);
  });

  it('keep the number of tools bounded, and lose none of their uses', async () => {
    const samples: Sample[] = await runInDurableObject(newObject(), (_instance, { storage }) => {
      const store = new MetricStore(storage.sql);
      for (let i = 0; i < MAX_SERIES + 50; i += 1) {
        store.add([count('tool_executions_total', [`mcp__${i}_${'x'.repeat(500)}`, 'ok'])]);
      }
      store.add([count('tool_executions_total', [`mcp__0_${'x'.repeat(500)}`, 'ok'])]);
      return store.read();
    });
    expect(samples).toHaveLength(MAX_SERIES + 1);
    const values = samples.map((sample) => (sample.type === 'counter' ? sample.value : 0));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(MAX_SERIES + 51);
    expect(samples).toContainEqual(expect.objectContaining({ labels: ['other', 'ok'], value: 50 }));
    expect(Math.max(...samples.flatMap(({ labels }) => labels.map(({ length }) => length)))).toBe(100);
  });
});
