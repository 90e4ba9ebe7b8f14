import { isJsonObject } from '../json.ts';
import type { OperationId } from './operation-ids.ts';

/** GitHub's limit on an issue, pull request, comment or review text, in characters. */
export const MAX_BODY_CHARS = 65_536;
/** GitHub's limit on `output.summary` and `output.text` of a check run, in characters. */
export const MAX_CHECK_OUTPUT_CHARS = 65_535;
/** Annotations in one request; more go into further updates. */
export const MAX_ANNOTATIONS = 50;

const TEXT_WRITES: ReadonlySet<OperationId> = new Set<OperationId>([
  'issues/create',
  'issues/update',
  'issues/create-comment',
  'issues/update-comment',
  'pulls/create',
  'pulls/update',
  'pulls/create-review',
  'pulls/create-review-comment',
  'pulls/create-reply-for-review-comment',
]);

const charactersOf = (value: unknown): number => (typeof value === 'string' ? [...value].length : 0);

function checkCheckRun(body: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (body.status === 'completed' && body.conclusion === undefined) {
    problems.push('a check run with status completed needs a conclusion');
  }
  const output = isJsonObject(body.output) ? body.output : {};
  for (const field of ['summary', 'text'] as const) {
    if (charactersOf(output[field]) > MAX_CHECK_OUTPUT_CHARS) {
      problems.push(`output.${field} is longer than ${MAX_CHECK_OUTPUT_CHARS} characters`);
    }
  }
  if (Array.isArray(output.annotations) && output.annotations.length > MAX_ANNOTATIONS) {
    problems.push(`more than ${MAX_ANNOTATIONS} annotations in one request`);
  }
  return problems;
}

/** Rules that GitHub enforces and its OpenAPI description does not say. */
export function checkUnwrittenRules(id: OperationId, body: unknown): string[] {
  if (!isJsonObject(body)) return [];
  if (id === 'checks/create' || id === 'checks/update') return checkCheckRun(body);
  if (!TEXT_WRITES.has(id)) return [];
  const problems: string[] = [];
  if (charactersOf(body.body) > MAX_BODY_CHARS)
    problems.push(`body is longer than ${MAX_BODY_CHARS} characters`);
  if (id.includes('comment') && typeof body.body === 'string' && body.body.trim() === '') {
    problems.push('body can not be blank');
  }
  return problems;
}
