import { z } from 'zod';

/** The names that a place in the file knows, by the schema: `['limits']` has `minutes` and others. */
export function knownSettings(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let here = bare(schema);
  for (const step of path) here = bare(inside(here, step));
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function inside(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)] ?? z.never();
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return z.never();
}

/** Without what says that it may be left out. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return bare(schema.unwrap());
  }
  return schema;
}
