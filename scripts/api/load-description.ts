import { registerHooks } from 'node:module';
import { z } from 'zod';

/* The parts of an OpenAPI description that the scripts read. */

/** JSON Schema, as far as ours go. */
export type JsonSchema = { [keyword: string]: unknown };

const schemaSchema: z.ZodType<JsonSchema> = z.record(z.string(), z.unknown());
const contentSchema = z.record(z.string(), z.looseObject({ schema: schemaSchema.optional() }));
const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  schema: schemaSchema,
});

const operationSchema = z.looseObject({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.union([parameterSchema, z.object({ $ref: z.string() })])).default([]),
  requestBody: z.looseObject({ required: z.boolean().optional(), content: contentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.union([
      z.looseObject({ description: z.string(), content: contentSchema.optional() }),
      z.object({ $ref: z.string() }),
    ]),
  ),
});
export type DescribedOperation = z.output<typeof operationSchema>;

export const descriptionSchema = z.looseObject({
  openapi: z.string(),
  tags: z.array(z.looseObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string(),
    z.record(z.enum(['get', 'post', 'put', 'patch', 'delete']), operationSchema.optional()),
  ),
  components: z.looseObject({
    schemas: z.record(z.string(), schemaSchema).default({}),
    examples: z.record(
      z.string(),
      z.looseObject({ value: z.looseObject({ code: z.string(), status: z.int() }) }),
    ),
  }),
});
export type Description = z.output<typeof descriptionSchema>;

/** What the Worker's modules import of its runtime and do not use while they are loaded. */
const RUNTIME_STUB = `
export class DurableObject {}
export class WorkerEntrypoint {}
export class RpcTarget {}
export const env = {};
export const exports = {};
export const waitUntil = () => {};
`;

/** Address of no deployment: the description is of all of them. */
const EXAMPLE_URL = 'https://signalbox.invalid';

/** The API's description, made in Node from the Worker's own routes. */
export async function loadDescription(): Promise<Description> {
  const url = `data:text/javascript,${encodeURIComponent(RUNTIME_STUB)}`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('cloudflare:') ? { url, shortCircuit: true } : next(specifier, context),
  });
  // Not by literal names: the Worker is compiled with the globals of its own runtime.
  const at = (path: string) => new URL(`../../worker/${path}`, import.meta.url).href;
  const { ROUTES } = await import(at('http/routes.ts'));
  const { describeApi } = await import(at('describe/describe-api.ts'));
  return descriptionSchema.parse(JSON.parse(JSON.stringify(describeApi(ROUTES, EXAMPLE_URL))));
}

/** Each operation with its method and path, in the order of the description. */
export function operationsOf({
  paths,
}: Description): { method: string; path: string; operation: DescribedOperation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }],
    ),
  );
}
