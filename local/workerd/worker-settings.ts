import { z } from 'zod';

/** What the Worker's process reads from stdin. */
export const workerSettingsSchema = z.strictObject({
  dataDir: z.string().min(1),
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().default('127.0.0.1'),
  /** Variables and secrets, over those of wrangler.toml. */
  vars: z.record(z.string(), z.string()).default({}),
  bundleDir: z.string().optional(),
});

export type WorkerSettings = z.input<typeof workerSettingsSchema>;
