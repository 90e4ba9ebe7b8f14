import { loadSlice, type Slice, type SliceOperation } from './load-slice.ts';
import { OPERATION_IDS, type OperationId } from './operation-ids.ts';

export type MatchedOperation = {
  id: OperationId;
  operation: SliceOperation;
  params: Record<string, string>;
};

type Route = { id: OperationId; operation: SliceOperation; pattern: RegExp; literals: number };

/** Parameters that may hold slashes: GitHub takes `contents/a/b.md` and `git/ref/heads/main` as they are. */
const SLASHED = new Set(['path', 'ref', 'branch', 'base', 'head']);

function patternOf(path: string): RegExp {
  const source = path
    // The root folder's contents are asked for without a path.
    .replace(/\/\{path\}$/, '{path}')
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = part.match(/^\{(\w+)\}$/)?.[1];
      if (name === undefined) return part.replaceAll('.', '\\.');
      if (name === 'path') return '(?:/(?<path>.*))?';
      return `(?<${name}>${SLASHED.has(name) ? '.+?' : '[^/]+'})`;
    })
    .join('');
  return new RegExp(`^${source}$`);
}

const literalLength = (path: string): number => path.replaceAll(/\{\w+\}/g, '').length;

function routesOf(slice: Slice): Route[] {
  const routes = OPERATION_IDS.map((id) => {
    const operation = slice.operations[id];
    if (!operation) throw new Error(`openapi-slice.json lacks ${id}; run scripts/make-openapi-slice.ts.`);
    return { id, operation, pattern: patternOf(operation.path), literals: literalLength(operation.path) };
  });
  // The most literal path wins: /commits/{ref}/check-runs before /commits/{ref}.
  return routes.sort((a, b) => b.literals - a.literals);
}

let routes: Route[] | undefined;

/** Which published operation a request is, or undefined when GitHub has none (or the slice leaves it out). */
export function matchOperation(method: string, path: string): MatchedOperation | undefined {
  routes ??= routesOf(loadSlice());
  for (const { id, operation, pattern } of routes) {
    if (operation.method !== method) continue;
    const groups = pattern.exec(path)?.groups;
    if (!groups && !pattern.test(path)) continue;
    const params = Object.entries(groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value ?? ''),
    ]);
    return { id, operation, params: Object.fromEntries(params) };
  }
  return undefined;
}
