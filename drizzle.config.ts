import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'turso',
  schema: './worker/record/schema.ts',
  out: './worker/record/migrations',
});
