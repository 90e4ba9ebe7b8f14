import { PROBLEMS, type ProblemCode } from '../http/problem-catalogue.ts';
import type { Access, Route } from '../http/route.ts';

/** What the guard of each kind of caller refuses. */
const PROBLEMS_OF_GUARD: Record<Access, readonly ProblemCode[]> = {
  public: [],
  user: ['unauthorized', 'forbidden'],
  setup: ['unauthorized', 'forbidden'],
  runner: ['unauthorized'],
  registration: ['unauthorized'],
  share: ['unauthorized', 'forbidden'],
  ticket: ['unauthorized'],
  signature: ['unauthorized', 'app_not_configured'],
};

const PROBLEMS_OF_ALL: readonly ProblemCode[] = ['rate_limited', 'internal', 'misconfigured'];

/** The codes that a route may answer with, by status: its own, and those that follow from what it takes and who calls. */
export function problemsOf({ access, method, operation }: Route): ReadonlyMap<number, ProblemCode[]> {
  const codes = new Set<ProblemCode>([...PROBLEMS_OF_ALL, ...PROBLEMS_OF_GUARD[access]]);
  if (operation.params !== undefined) codes.add('not_found');
  if (operation.query !== undefined) codes.add('invalid_query');
  if (operation.idempotent === true) codes.add('invalid_header');
  if (operation.body !== undefined)
    for (const code of ['malformed_json', 'invalid_body'] as const) codes.add(code);
  if (method !== 'GET') for (const code of ['too_large', 'wrong_length'] as const) codes.add(code);
  if (method !== 'GET' && access === 'user') codes.add('not_json');
  for (const code of operation.problems ?? []) codes.add(code);
  return byStatus(codes);
}

function byStatus(codes: ReadonlySet<ProblemCode>): ReadonlyMap<number, ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = PROBLEMS[code];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}
