import { z } from 'zod';
import { catalogKeySchema } from './catalog.ts';

export const variableNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be lower-case letters, digits and "_", beginning with a letter');

export const variablesSchema = z.record(variableNameSchema, z.string().max(10_000));

/** A task's request by a template. */
export const templateUseSchema = z.strictObject({
  /** Its name or id. */
  name: catalogKeySchema,
  variables: variablesSchema.default({}),
});
export type TemplateUse = z.output<typeof templateUseSchema>;
