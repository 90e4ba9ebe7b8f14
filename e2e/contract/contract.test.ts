import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arbitraryOf } from '../../fuzz/inputs/arbitrary-of-schema.ts';
import {
  contentOf,
  type Described,
  describedSchema,
  type JsonSchema,
  type Operation,
  operationsOf,
} from './described.ts';
import { type ControlPlane, startControlPlane } from './start-control-plane.ts';

/** Enough for each optional part of a request to come and to be missing. */
const CALLS_AN_OPERATION = 15;
const CALL_DEADLINE_MS = 20_000;

/** What JSON Schema can't say of these: a cursor is one that an earlier page gave. */
const OPAQUE = new Set(['cursor']);

/** What can't be had without GitHub, a runner or something that is stuck. */
const UNANSWERED = new Set([
  // A runner works on the task, or has worked on it.
  'stopTask',
  'resumeTask',
  'inputToTask',
  'getCheckpoint',
  'getCheckpointBundle',
  'getTaskDiff',
  'finishTask',
  'answerQuestion',
  'approveTask',
  'rejectTask',
  'retryGates',
  'overrideGates',
  // Its tasks have ended, which takes a runner.
  'deleteSession',
  // Something is stuck, or was sent.
  'redeliverWebhook',
  'retryDelivery',
  'retryAttention',
  'dismissAttention',
  // The repositories of a project are on GitHub, and a schedule is of a project.
  'createProject',
  'replaceProject',
  'getProject',
  'deleteProject',
  'createSchedule',
  'replaceSchedule',
  'getSchedule',
  'deleteSchedule',
  'runSchedule',
  'resumeSchedule',
  'listScheduleRuns',
  // A run of a workflow calls it.
  'createJobRunnerToken',
  'renewJobRunner',
  // What is uploaded is an image by its bytes.
  'createAttachment',
  'getAttachment',
]);

/** What this control plane, which has neither, can do; else the description's own example is as good. */
const SEEDS: Record<string, unknown> = {
  createSession: { workspace: { type: 'local', path: '/srv/app' }, prompt: 'Look at it' },
  createShare: { scope: { kind: 'account' } },
  createTask: { prompt: 'Look again', start: false },
};

let controlPlane: ControlPlane;
let description: Described;
let validate: (name: string, schema: JsonSchema, value: unknown) => string | null;
const known = new Map<string, string>();
const succeeded = new Set<string>();

beforeAll(async () => {
  controlPlane = await startControlPlane();
  const response = await fetch(`${controlPlane.url}/api/openapi.json`);
  description = describedSchema.parse(await response.json());
  validate = validatorOf(description);
});

afterAll(async () => {
  await controlPlane?.stop();
});

it('answers what its description promises to whoever sends what the description asks for', async () => {
  const forUsers = operationsOf(description).filter(({ security }) => security.some((way) => 'key' in way));
  const ordered = forUsers.toSorted(byTurn);
  const faults: string[] = [];
  for (const operation of ordered) {
    const seed = seedOf(operation);
    const first = seed === null ? null : await faultOf(operation, seed);
    if (first !== null) faults.push(`${operation.operationId}: ${first}`);
    await fc
      .assert(
        fc.asyncProperty(requestArbitrary(operation), async (request) => {
          const fault = await faultOf(operation, request);
          if (fault !== null)
            throw new Error(`${operation.method} ${request.url} ${request.body ?? ''}: ${fault}`);
        }),
        { numRuns: CALLS_AN_OPERATION, endOnFailure: true },
      )
      .catch((error: Error) => faults.push(String(error.cause ?? error)));
  }
  const silent = ordered
    .map(({ operationId }) => operationId)
    .filter((id) => !succeeded.has(id) && !UNANSWERED.has(id));
  expect({ faults, silent }).toEqual({ faults: [], silent: [] });
});

/** Things are made before they are read and removed, and what is part of a thing is removed before it. */
function byTurn(a: Operation, b: Operation): number {
  const order = ['POST', 'PUT', 'GET', 'PATCH', 'DELETE'];
  const turn = order.indexOf(a.method) - order.indexOf(b.method);
  return turn !== 0 || a.method !== 'DELETE' ? turn : b.path.length - a.path.length;
}

/** The first call of an operation, about what is known by then. */
function seedOf({ operationId, method, path, parameters, requestBody }: Operation): Asked | null {
  const asks = parameters.some(({ in: place, required }) => place === 'query' && required === true);
  const url = path.replace(
    /\{(\w+)\}/g,
    (_all, name) => known.get(path.slice(0, path.indexOf(`/{${name}}`))) ?? name,
  );
  const body = SEEDS[operationId] ?? requestBody?.content['application/json']?.example;
  if (asks || method === 'DELETE') return null;
  return { url, body: body === undefined ? null : JSON.stringify(body) };
}

type Asked = { url: string; body: string | null };

function requestArbitrary(operation: Operation): fc.Arbitrary<Asked> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (name === undefined || schema === undefined || OPAQUE.has(name)) continue;
    if (place === 'path') parts[`path:${name}`] = parameterArbitrary(operation, name, schema);
    if (place === 'query') {
      const value = name === 'account' ? fc.constant('local') : arbitraryOf(schema, resolve);
      parts[`query:${name}`] = required === true ? value : fc.option(value, { nil: undefined });
    }
  }
  const content = operation.requestBody?.content['application/json'];
  const body = content?.schema;
  if (body !== undefined) parts.body = fc.oneof(fc.constant(content?.example), arbitraryOf(body, resolve));
  return fc.record(parts).map((values) => {
    const url = operation.path.replace(/\{(\w+)\}/g, (_all, name) =>
      encodeURIComponent(String(values[`path:${name}`])),
    );
    const query = Object.entries(values).flatMap(([key, value]) =>
      key.startsWith('query:') && value !== undefined
        ? `${key.slice(6)}=${encodeURIComponent(String(value))}`
        : [],
    );
    return {
      url: `${url}?${query.join('&')}`,
      body: body === undefined ? null : JSON.stringify(values.body),
    };
  });
}

/** Mostly something that was made before; else something of the right form. */
function parameterArbitrary({ path }: Operation, name: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  const collection = path.slice(0, path.indexOf(`/{${name}}`));
  const one = known.get(collection);
  const any = arbitraryOf(schema, resolve);
  return one === undefined
    ? any
    : fc.oneof({ weight: 3, arbitrary: fc.constant(one) }, { weight: 1, arbitrary: any });
}

async function faultOf(operation: Operation, { url, body }: Asked): Promise<string | null> {
  const headers = {
    authorization: `Bearer ${controlPlane.adminKey}`,
    ...(body === null ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(`${controlPlane.url}${url}`, {
    method: operation.method,
    headers,
    body,
    signal: AbortSignal.timeout(CALL_DEADLINE_MS),
  });
  const contentType = essenceOf(response.headers.get('content-type') ?? '');
  const text = await response.text();
  const said = `${response.status} ${contentType} ${text.slice(0, 300)}`;
  const content = contentOf(description, operation, response.status);
  if (response.status === 500) return `is a bug: ${await controlPlane.lastError()}`;
  if (content === null) return `is not described: ${said}`;
  if (text === '' && Object.keys(content).length === 0) return noteSuccess(operation, url, null);
  const described = Object.entries(content).find(([type]) => essenceOf(type) === contentType)?.[1];
  if (described === undefined) return `has a type of content that is not described: ${said}`;
  if (!contentType.endsWith('/json') && !contentType.endsWith('+json'))
    return noteSuccess(operation, url, null);
  const value: unknown = JSON.parse(text);
  const mistake = validate(`${operation.operationId} ${response.status}`, described.schema ?? {}, value);
  if (mistake !== null) return `does not fit its schema (${mistake}): ${said}`;
  return response.ok ? noteSuccess(operation, url, value) : null;
}

/** The first of each kind stays: it is the one that the description or the seeds name. */
function remember(collection: string, id: string): void {
  if (!known.has(collection)) known.set(collection, id);
}

/** A type of content without its parameters. */
const essenceOf = (contentType: string) => contentType.split(';')[0] ?? '';

/** Remembers the ids of what was made, so that later operations are about something. */
function noteSuccess({ operationId, method, path }: Operation, url: string, value: unknown): null {
  succeeded.add(operationId);
  if (method === 'PUT') {
    const name = url.split('?')[0]?.split('/').at(-1) ?? '';
    remember(path.slice(0, path.lastIndexOf('/{')), decodeURIComponent(name));
  }
  if (method !== 'POST') return null;
  const made = [value, ...['view', 'share', 'session', 'webhook'].map((name) => readField(value, name))];
  const id = made.map((one) => readText(one, 'id')).find((one) => one !== null);
  if (id !== undefined && id !== null && !path.includes('{')) remember(path, id);
  const tasks = readField(value, 'tasks');
  const task = Array.isArray(tasks) ? tasks[0] : value;
  const taskId = readText(task, 'sessionId') === null ? null : readText(task, 'id');
  if (taskId !== null) remember('/api/tasks', taskId);
  return null;
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : null;
}

function readText(value: unknown, name: string): string | null {
  const field = readField(value, name);
  return typeof field === 'string' ? field : null;
}

function resolve(reference: string): JsonSchema {
  const schema = description.components.schemas[reference.split('/').at(-1) ?? ''];
  if (schema === undefined) throw new Error(`The description has no ${reference}.`);
  return schema;
}

function validatorOf({ components }: Described): typeof validate {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return (name, schema, value) => {
    const check = compiled.get(name) ?? ajv.compile({ ...schema, components });
    compiled.set(name, check);
    return check(value) ? null : ajv.errorsText(check.errors);
  };
}
