import fc from 'fast-check';

/** JSON Schema, as far as ours go. */
export type JsonSchema = { [keyword: string]: unknown };

/** Deeper structures than this say nothing new. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 3;
const MAX_STRING = 40;
/** Longer texts of a pattern take long to make. */
const MAX_MATCH = 400;
const MAX_INTEGER = 1_000_000;

/** Documents that fit a schema of the description, as somebody who knows nothing else would write them. */
export function arbitraryOf(
  schema: JsonSchema,
  resolve: (reference: string) => JsonSchema,
  depth = 0,
): fc.Arbitrary<unknown> {
  const within = (inner: unknown) =>
    depth > MAX_DEPTH ? fc.constant(null) : arbitraryOf(asSchema(inner), resolve, depth + 1);
  if (typeof schema.$ref === 'string') return within(resolve(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return fc.oneof(...options.map(within));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => within({ ...schema, type })));
  return arbitraryOfKind(schema, within);
}

function arbitraryOfKind(
  schema: JsonSchema,
  within: (inner: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return arbitraryNumber(schema);
    case 'string':
      return arbitraryText(schema);
    case 'array':
      return arbitraryArray(schema, within);
    case 'object':
      return arbitraryObject(schema, within);
    default:
      return fc.constantFrom('text', 7, true, null);
  }
}

/** Whole numbers, also where fractions are allowed. */
function arbitraryNumber(schema: JsonSchema): fc.Arbitrary<number> {
  const above = numberOr(schema.exclusiveMinimum, null);
  const lowest = Math.ceil(above === null ? numberOr(schema.minimum, 0) : above + 1);
  const highest = Math.min(
    numberOr(schema.maximum, MAX_INTEGER),
    numberOr(schema.exclusiveMaximum, Infinity) - 1,
  );
  const min = Math.max(lowest, -MAX_INTEGER);
  return fc.integer({ min, max: Math.max(Math.floor(highest), min) });
}

/** Text without spaces at its ends: names are trimmed, and JSON Schema can't say so. */
function arbitraryText(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'uri') return fc.webUrl();
  if (typeof schema.pattern === 'string')
    return arbitraryMatch(schema.pattern, numberOr(schema.maxLength, MAX_MATCH));
  const minLength = numberOr(schema.minLength, 0);
  const maxLength = Math.min(numberOr(schema.maxLength, MAX_STRING), Math.max(minLength, MAX_STRING));
  return fc.string({ minLength, maxLength, unit: fc.constantFrom(...'abcdeXYZ019-_é漢') });
}

/** fast-check has no look-around: it is left out while making a text, and asked for afterwards. */
function arbitraryMatch(pattern: string, maxLength: number): fc.Arbitrary<string> {
  const whole = new RegExp(pattern, 'u');
  const plain = new RegExp(pattern.replace(LOOK_AROUND, ''), 'u');
  return fc
    .stringMatching(plain, { maxLength: MAX_MATCH })
    .filter((text) => whole.test(text) && text.length <= maxLength);
}

/** With two levels of groups within it, as deep as ours are. */
const LOOK_AROUND = /\(\?<?[=!](?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)/g;

function arbitraryArray(
  schema: JsonSchema,
  within: (inner: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown[]> {
  if (Array.isArray(schema.prefixItems)) return fc.tuple(...schema.prefixItems.map(within));
  const minLength = numberOr(schema.minItems, 0);
  const maxLength = Math.max(minLength, Math.min(numberOr(schema.maxItems, MAX_ITEMS), MAX_ITEMS));
  return fc.array(within(schema.items), { minLength, maxLength });
}

function arbitraryObject(
  schema: JsonSchema,
  within: (inner: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const properties = Object.entries(asSchema(schema.properties));
  if (properties.length === 0 && typeof schema.additionalProperties === 'object') {
    const { propertyNames, additionalProperties } = schema;
    const names = within({ type: 'string', minLength: 1, ...asSchema(propertyNames) });
    return fc.dictionary(names.map(String), within(additionalProperties), { maxKeys: MAX_ITEMS });
  }
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const values = Object.fromEntries(properties.map(([name, inner]) => [name, within(inner)]));
  return fc.record(values, { requiredKeys: required, noNullPrototype: true });
}

const numberOr = <T>(value: unknown, fallback: T) => (typeof value === 'number' ? value : fallback);

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
