import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'turso',
  schema: ['./worker/record/schema.ts', './worker/record/tables/*.ts'],
  out: './worker/record/migrations',
});
