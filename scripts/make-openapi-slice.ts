/**
 * Cuts the operations that the GitHub double serves out of GitHub's published OpenAPI description.
 *
 *   npm i --prefix "$DIR" @octokit/openapi@23.0.2
 *   node scripts/make-openapi-slice.ts "$DIR/node_modules/@octokit/openapi/generated/api.github.com.json"
 *
 * The whole package is 385 MB, so the slice is committed and the package is no dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { OPERATION_IDS } from '../doubles/github/openapi/operation-ids.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Words for people, and examples: two thirds of the description's bytes, no use to a validator. */
const DROPPED_KEYS = new Set([
  'description',
  'example',
  'examples',
  'externalDocs',
  'title',
  'deprecated',
  'default',
  'readOnly',
  'format',
  'discriminator',
]);
/** Below these keys the names are property names of the data, not keywords. */
const NAME_MAPS = new Set(['properties', 'patternProperties']);
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asObject(value: Json | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new Error(`${what} is not an object: is this api.github.com.json?`);
  return value;
}

/** OpenAPI 3.0 writes `nullable`; JSON Schema has a type for it. */
function spellNullable(schema: JsonObject): JsonObject {
  if (schema.nullable === undefined) return schema;
  const { nullable, ...rest } = schema;
  if (nullable !== true) return rest;
  if (typeof rest.type === 'string') {
    const nullableType: JsonObject = { ...rest, type: [rest.type, 'null'] };
    if (Array.isArray(rest.enum)) nullableType.enum = [...new Set([...rest.enum, null])];
    return nullableType;
  }
  return { anyOf: [rest, { type: 'null' }] };
}

function trimSchema(schema: Json, refs: Set<string>): Json {
  if (Array.isArray(schema)) return schema.map((item) => trimSchema(item, refs));
  if (!isObject(schema)) return schema;
  const trimmed: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (DROPPED_KEYS.has(key) || key.startsWith('x-')) continue;
    if (key === '$ref' && typeof value === 'string') refs.add(value);
    if (NAME_MAPS.has(key) && isObject(value)) {
      trimmed[key] = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, trimSchema(property, refs)]),
      );
    } else {
      trimmed[key] = key === 'enum' || key === 'required' ? value : trimSchema(value, refs);
    }
  }
  return spellNullable(trimmed);
}

function resolve(document: JsonObject, value: Json | undefined): JsonObject {
  let current = asObject(value, 'reference');
  while (typeof current.$ref === 'string') {
    let target: Json | undefined = document;
    for (const part of current.$ref.slice(2).split('/')) target = asObject(target, current.$ref)[part];
    current = asObject(target, current.$ref);
  }
  return current;
}

function jsonSchemaOf(content: Json | undefined, refs: Set<string>): Json {
  if (!isObject(content)) return null;
  const media = content['application/json'] ?? content['application/scim+json'] ?? Object.values(content)[0];
  return isObject(media) && media.schema !== undefined ? trimSchema(media.schema, refs) : null;
}

function sliceOperation(
  document: JsonObject,
  method: string,
  path: string,
  raw: JsonObject,
  refs: Set<string>,
) {
  const parameters = Array.isArray(raw.parameters) ? raw.parameters : [];
  const answers: JsonObject = {};
  for (const [status, response] of Object.entries(asObject(raw.responses, 'responses'))) {
    answers[status] = jsonSchemaOf(resolve(document, response).content, refs);
  }
  const body = raw.requestBody === undefined ? undefined : resolve(document, raw.requestBody);
  return {
    method: method.toUpperCase(),
    path,
    parameters: parameters.map((parameter) => {
      const { name, in: place, required, schema } = resolve(document, parameter);
      return {
        name: name ?? '',
        in: place ?? '',
        required: required ?? false,
        schema: trimSchema(schema ?? {}, refs),
      };
    }),
    ...(body && { body: { required: body.required ?? false, schema: jsonSchemaOf(body.content, refs) } }),
    answers,
  };
}

function collectSchemas(document: JsonObject, refs: Set<string>): JsonObject {
  const schemas: JsonObject = {};
  // A Set's iteration visits what is added while it runs, so this walks the references transitively.
  for (const ref of refs) {
    const name = ref.replace('#/components/schemas/', '');
    if (name.includes('/')) throw new Error(`A schema refers to ${ref}, which is not a component schema.`);
    schemas[name] = trimSchema(resolve(document, { $ref: ref }), refs);
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function makeSlice(document: JsonObject): JsonObject {
  const refs = new Set<string>();
  const operations: JsonObject = {};
  const wanted = new Set<string>(OPERATION_IDS);
  for (const [path, item] of Object.entries(asObject(document.paths, 'paths'))) {
    for (const [method, raw] of Object.entries(asObject(item, path))) {
      if (!METHODS.has(method) || !isObject(raw) || typeof raw.operationId !== 'string') continue;
      if (!wanted.delete(raw.operationId)) continue;
      operations[raw.operationId] = sliceOperation(document, method, path, raw, refs);
    }
  }
  if (wanted.size > 0) throw new Error(`The description has no operation ${[...wanted].join(', ')}.`);
  const version = asObject(document.info, 'info').version ?? '';
  return { version, operations, components: { schemas: collectSchemas(document, refs) } };
}

const source = process.argv[2];
if (!source)
  throw new Error('Give the path of @octokit/openapi/generated/api.github.com.json as the argument.');
const target = new URL('../doubles/github/openapi-slice.json', import.meta.url);
const text = `${JSON.stringify(makeSlice(asObject(JSON.parse(readFileSync(source, 'utf8')), source)), null, 1)}\n`;
writeFileSync(target, text);
console.log(`${target.pathname}: ${Math.round(text.length / 1024)} KiB`);
