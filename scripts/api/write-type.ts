import type { JsonSchema } from './load-description.ts';

/** A JSON Schema as a TypeScript type. What says nothing about the shape (patterns, lengths) is left out. */
export function writeType(schema: unknown): string {
  if (!isObject(schema)) return 'unknown';
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1) ?? 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((value) => JSON.stringify(value)));
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return union(options.map(writeType));
  if (Array.isArray(schema.allOf)) return schema.allOf.map((part) => `(${writeType(part)})`).join(' & ');
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => writeType({ ...schema, type })));
  return writeOfKind(schema);
}

function writeOfKind(schema: JsonSchema): string {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return writeArray(schema);
    case 'object':
      return writeObject(schema);
    default:
      return 'unknown';
  }
}

function writeArray({ prefixItems, items }: JsonSchema): string {
  if (Array.isArray(prefixItems)) return `[${prefixItems.map(writeType).join(', ')}]`;
  return `(${writeType(items)})[]`;
}

function writeObject({ properties, required, additionalProperties }: JsonSchema): string {
  if (!isObject(properties)) {
    return isObject(additionalProperties) ? `Record<string, ${writeType(additionalProperties)}>` : EMPTY;
  }
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${JSON.stringify(name)}${needed.has(name) ? '' : '?'}: ${writeType(schema)};`,
  );
  return fields.length === 0 ? EMPTY : `{ ${fields.join(' ')} }`;
}

/** An object without any property; `{}` would take whatever is not null. */
const EMPTY = 'Record<string, never>';

const union = (types: readonly string[]) => [...new Set(types)].join(' | ');

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
