import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isJsonObject } from '../json.ts';
import { loadSlice } from './load-slice.ts';
import type { MatchedOperation } from './match-operation.ts';

/** GitHub's schema leaves `format` to prose, and uses keywords that ajv's strict mode refuses. */
const AJV_OPTIONS = {
  strict: false,
  validateFormats: false,
  validateSchema: false,
  allErrors: false,
} as const;

const validators = new Map<string, ValidateFunction>();
let bodies: Ajv | undefined;
let parameters: Ajv | undefined;

/** Compiling one operation takes up to 17 ms, so each is compiled when it is first met. */
function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer);
  if (known) return known;
  bodies ??= new Ajv(AJV_OPTIONS).addSchema(loadSlice(), 'github');
  const made = bodies.compile({ $ref: `github#${pointer}` });
  validators.set(pointer, made);
  return made;
}

function parameterValidator(match: MatchedOperation, index: number): ValidateFunction {
  const pointer = `${match.id} parameter ${index}`;
  const known = validators.get(pointer);
  if (known) return known;
  // Values in an address are text: they are read as the number or boolean that the schema names.
  parameters ??= new Ajv({ ...AJV_OPTIONS, coerceTypes: true }).addSchema(loadSlice(), 'github');
  const schema = match.operation.parameters[index]?.schema ?? {};
  const ref = typeof schema.$ref === 'string' ? { $ref: `github${schema.$ref}` } : schema;
  const made = parameters.compile({ type: 'object', properties: { value: ref } });
  validators.set(pointer, made);
  return made;
}

const pointerOf = (match: MatchedOperation): string => `/operations/${match.id.replaceAll('/', '~1')}`;

function describe(what: string, errors: ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  return `${what}${error?.instancePath ?? ''} ${error?.message ?? 'does not fit the schema'}${
    error?.keyword === 'enum' ? `: ${JSON.stringify(error.params.allowedValues)}` : ''
  }`;
}

function checkParameters(match: MatchedOperation, query: URLSearchParams): string[] {
  const problems: string[] = [];
  const known = new Set(match.operation.parameters.filter((p) => p.in === 'query').map((p) => p.name));
  for (const name of query.keys()) {
    if (!known.has(name)) problems.push(`query parameter ${name} is not in GitHub's description`);
  }
  match.operation.parameters.forEach((parameter, index) => {
    const value = parameter.in === 'path' ? match.params[parameter.name] : query.get(parameter.name);
    if (parameter.in !== 'path' && parameter.in !== 'query') return;
    if (value === null || value === undefined) {
      if (parameter.required) problems.push(`${parameter.in} parameter ${parameter.name} is missing`);
      return;
    }
    const valid = parameterValidator(match, index);
    if (!valid({ value }))
      problems.push(describe(`${parameter.in} parameter ${parameter.name}`, valid.errors));
  });
  return problems;
}

/** Fields that GitHub would ignore are mistakes of the caller, most often a misspelt name. */
function unknownFields(schema: unknown, body: unknown): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties) || !isJsonObject(body)) return [];
  const { properties } = schema;
  return Object.keys(body)
    .filter((name) => !(name in properties))
    .map((name) => `body field ${name} is not in GitHub's description`);
}

export type RequestProblems = {
  /** What GitHub would refuse. */
  refused: string[];
  /** What GitHub would let pass without effect. */
  ignored: string[];
};

/** Compares a request with GitHub's description; `body` is undefined when nothing was sent. */
export function checkRequest(
  match: MatchedOperation,
  query: URLSearchParams,
  body: unknown,
): RequestProblems {
  const { body: described } = match.operation;
  const ignored = checkParameters(match, query);
  if (!described) {
    if (isJsonObject(body) && Object.keys(body).length > 0)
      ignored.push('a body was sent where none is described');
    return { refused: [], ignored };
  }
  if (body === undefined) return { refused: described.required ? ['body is missing'] : [], ignored };
  ignored.push(...unknownFields(described.schema, body));
  const valid = validatorOf(`${pointerOf(match)}/body/schema`);
  return { refused: valid(body) ? [] : [describe('body', valid.errors)], ignored };
}

/** Compares the double's own answer with GitHub's description. */
export function checkAnswer(match: MatchedOperation, status: number, body: unknown): string[] {
  const { answers } = match.operation;
  if (!(String(status) in answers)) {
    // Errors that any operation may answer (401, 403, 422, 500) are described once, not at each operation.
    if (status < 400) return [`status ${status} is not in GitHub's description of ${match.id}`];
    return isJsonObject(body) && typeof body.message === 'string' ? [] : ['error answer has no message'];
  }
  const schema = answers[String(status)];
  if (schema === null)
    return body === undefined ? [] : [`status ${status} has no body in GitHub's description`];
  const valid = validatorOf(`${pointerOf(match)}/answers/${status}`);
  return valid(body) ? [] : [describe(`answer ${status}`, valid.errors)];
}
