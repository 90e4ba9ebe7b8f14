import fc from 'fast-check';
import { z } from 'zod';
import { fixturesOf } from '../../protocol/fixtures/read-fixtures.ts';
import type { Route } from '../../worker/http/route.ts';
import slice from '../../worker/installation/testing/webhook-slice.json';
import { arbitraryOf, type JsonSchema } from '../inputs/arbitrary-of-schema.ts';
import { hostileText } from '../inputs/hostile-text.ts';
import { mutatedJsonText } from '../inputs/mutated-json.ts';
import { CALLERS } from './callers.ts';

/** Bodies of other operations come too: what is right in one place is wrong in another. */
const FOREIGN_BODIES = [
  ...fixturesOf('workspace').map(([, workspace]) => ({ workspace, prompt: 'Do it' })),
  ...fixturesOf('git-token-body').map(([, document]) => document),
  { text: 'Also this' },
  slice['star.created'],
  slice['installation.suspend'],
];

const headerText = hostileText.map((text) => text.replace(/[^ -~]/g, '?').trim());

const parameter = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(text.slice(0, 300).toWellFormed())) },
  { weight: 1, arbitrary: fc.constantFrom('%', '%zz', '..', '%2e%2e', '%00', '-1', '0', '999999') },
);

const headers = fc.dictionary(
  fc.constantFrom(
    'idempotency-key',
    'if-none-match',
    'last-event-id',
    'content-type',
    'x-signalbox-ticket-claims',
    'x-signalbox-checkpoint',
    'x-github-event',
    'x-github-delivery',
  ),
  headerText,
  { maxKeys: 2 },
);

const own = Array.from({ length: 6 }, () => 'its own' as const);

/** A call of a route by anybody, in any way: with what it asks for, with that changed, or with something else. */
export function callOf({ operation, path }: Pick<Route, 'operation' | 'path'>) {
  const places = path.match(/:\w+/g)?.length ?? 0;
  return fc.record({
    caller: fc.constantFrom(...CALLERS),
    parameters: fc.array(parameter, { minLength: places, maxLength: places }),
    query: queryOf(operation.query),
    headers,
    stream: fc.constantFrom('none', 'none', 'none', 'events', 'socket'),
    method: fc.constantFrom(...own, 'HEAD', 'OPTIONS', 'PATCH'),
    body: bodyOf(operation),
  });
}

export type Call = ReturnType<typeof callOf> extends fc.Arbitrary<infer T> ? T : never;

function bodyOf({ body, bodyExample }: Route['operation']): fc.Arbitrary<string> {
  const samples = bodyExample === undefined ? FOREIGN_BODIES : [bodyExample, ...FOREIGN_BODIES];
  const changed = mutatedJsonText(samples);
  const torn = fc.constantFrom('', 'x'.repeat(1_100_000), `${'['.repeat(200_000)}`);
  const others = [
    { weight: 12, arbitrary: changed },
    { weight: 1, arbitrary: torn },
  ];
  if (body === undefined) return fc.oneof(...others);
  const fitting = arbitraryOf(schemaOf(body), noReference).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof({ weight: 12, arbitrary: fitting }, ...others);
}

function queryOf(query: z.ZodObject | undefined): fc.Arbitrary<Record<string, string>> {
  const names = query === undefined ? [] : Object.keys(query.shape);
  const hostile = fc.dictionary(
    fc.constantFrom(...names, 'limit', 'cursor', 'after', 'account', '__proto__', 'x'),
    fc.oneof(hostileText, fc.constantFrom('1', '0', '-1', '1e9', 'github:7', 'local', 'active')),
    { maxKeys: 3 },
  );
  if (query === undefined) return hostile;
  const fitting = arbitraryOf(schemaOf(query), noReference).map((value) =>
    Object.fromEntries(Object.entries(value ?? {}).map(([name, one]) => [name, String(one)])),
  );
  return fc.oneof(fitting, hostile);
}

/** With everything in place, as no two parts refer to each other. */
function schemaOf(schema: z.ZodType): JsonSchema {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) };
}

function noReference(reference: string): JsonSchema {
  throw new Error(`A schema of a request refers to ${reference}.`);
}
