import fc from 'fast-check';
import { hostileText } from './hostile-text.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const deep = fc
  .integer({ min: 1, max: 500 })
  .map((depth) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as Json);

const strange: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(null, true, 0, -1, -0, 0.5, 1e308, 2 ** 53, '', [], {}, [null], '\0'),
  },
  { weight: 6, arbitrary: hostileText },
  { weight: 4, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => value as Json) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.constantFrom(70_000, 300_000).map((length) => 'x'.repeat(length)) },
);

type Change = { place: number; kind: 'replace' | 'remove' | 'add' | 'double'; key: string; value: Json };

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'double'),
  key: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'type', 'id', 'toString', ''),
    fc.string({ maxLength: 8 }),
  ),
  value: strange,
});

type Place = { holder: Json[] | { [key: string]: Json }; key: string | number };

function placesIn(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    const inner = Array.isArray(value) ? value[Number(key)] : value[key];
    found.push({ holder: value, key: Array.isArray(value) ? Number(key) : key });
    if (inner !== undefined && found.length < 3_000) placesIn(inner, found);
  }
  return found;
}

function applyChange(root: { it: Json }, { place, kind, key, value: given }: Change): void {
  // A later change may be made inside of it, with itself.
  const value = structuredClone(given);
  const places = placesIn(root);
  const found = places[place % places.length];
  if (found === undefined) return;
  const { holder } = found;
  if (Array.isArray(holder)) {
    const index = Number(found.key);
    if (kind === 'remove') holder.splice(index, 1);
    else if (kind === 'replace') holder[index] = value;
    else holder.splice(index, 0, structuredClone(kind === 'add' ? value : (holder[index] ?? null)));
    return;
  }
  const name = String(found.key);
  if (kind === 'remove') delete holder[name];
  else set(holder, kind === 'replace' ? name : key, kind === 'double' ? (holder[name] ?? null) : value);
}

/** As `JSON.parse` does: a key `__proto__` is a key like others. */
function set(holder: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Valid documents with parts of them replaced, removed, added and doubled. */
export function mutatedJson(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 }))
    .map(([sample, changes]) => {
      const root = { it: structuredClone(sample) as Json };
      for (const one of changes) applyChange(root, one);
      return root.it;
    });
}

/** The same as text, sometimes torn, and sometimes anything at all. */
export function mutatedJsonText(samples: readonly unknown[]): fc.Arbitrary<string> {
  const whole = mutatedJson(samples).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    {
      weight: 2,
      arbitrary: fc
        .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }), hostileText)
        .map(([text, at, extra]) => text.slice(0, Math.floor(at * text.length)) + extra),
    },
    { weight: 1, arbitrary: hostileText },
  );
}
