import { readFileSync } from 'node:fs';
import { z } from 'zod';

const schemaOrNothing = z.unknown();

const operation = z.object({
  method: z.string(),
  path: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.string(),
      required: z.boolean(),
      schema: z.record(z.string(), z.unknown()),
    }),
  ),
  body: z.object({ required: z.boolean(), schema: schemaOrNothing }).optional(),
  answers: z.record(z.string(), schemaOrNothing),
});
const slice = z.object({
  version: z.string(),
  operations: z.record(z.string(), operation),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

export type Slice = z.infer<typeof slice>;
export type SliceOperation = z.infer<typeof operation>;

let loaded: Slice | undefined;

/** The committed part of GitHub's OpenAPI description, read once a process. */
export function loadSlice(): Slice {
  loaded ??= slice.parse(JSON.parse(readFileSync(new URL('../openapi-slice.json', import.meta.url), 'utf8')));
  return loaded;
}
