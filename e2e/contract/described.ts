import { z } from 'zod';

/* The API's description as a client reads it. */

export type JsonSchema = { [keyword: string]: unknown };

const jsonSchema: z.ZodType<JsonSchema> = z.record(z.string(), z.unknown());
const contentSchema = z.record(z.string(), z.looseObject({ schema: jsonSchema.optional() }));

const responseSchema = z.union([
  z.looseObject({ description: z.string(), content: contentSchema.optional() }),
  z.object({ $ref: z.string() }),
]);

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        in: z.string().optional(),
        required: z.boolean().optional(),
        schema: jsonSchema.optional(),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content: contentSchema }).optional(),
  responses: z.record(z.string(), responseSchema),
});

export const describedSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({
    schemas: z.record(z.string(), jsonSchema),
    responses: z.record(z.string(), z.looseObject({ content: contentSchema })),
  }),
});
export type Described = z.output<typeof describedSchema>;

export type Operation = z.output<typeof operationSchema> & { method: string; path: string };

export function operationsOf({ paths }: Described): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** The types of content with which an operation may answer with this status; null when it says nothing of it. */
export function contentOf(
  { components }: Described,
  { responses }: Operation,
  status: number,
): z.output<typeof contentSchema> | null {
  const response = responses[String(status)];
  if (response === undefined) return null;
  if (!('$ref' in response) || typeof response.$ref !== 'string') {
    return 'content' in response && response.content !== undefined
      ? contentSchema.parse(response.content)
      : {};
  }
  return components.responses[response.$ref.split('/').at(-1) ?? '']?.content ?? null;
}
