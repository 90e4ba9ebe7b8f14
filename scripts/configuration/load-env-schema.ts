import { z } from 'zod';

/** The schema of the deployment's settings. Not by a literal name: the Worker is compiled with its own globals. */
export async function loadEnvSchema(): Promise<z.ZodObject> {
  const { envSchema } = await import(new URL('../../worker/env-schema.ts', import.meta.url).href);
  return z.instanceof(z.ZodObject).parse(envSchema);
}
