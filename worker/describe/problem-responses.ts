import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { problemSchema } from '../../protocol/problem.ts';
import { PROBLEMS, type ProblemCode } from '../http/problem-catalogue.ts';
import type { Route } from '../http/route.ts';
import { problemsOf } from './problems-of.ts';

/** What a route refuses with, by status. Many refuse alike, so that the answers themselves are components. */
export function problemReferences(route: Route): Record<string, { $ref: string }> {
  const references = [...problemsOf(route)].map(([status, codes]) => {
    const $ref = `#/components/responses/${nameOf(codes)}`;
    return [String(status), { $ref }] as const;
  });
  return Object.fromEntries(references);
}

/** The answers that `problemReferences` points at. */
export function problemResponses(routes: readonly Route[]): Record<string, ZodOpenApiResponseObject> {
  const responses: Record<string, ZodOpenApiResponseObject> = {};
  for (const route of routes) {
    for (const codes of problemsOf(route).values()) responses[nameOf(codes)] ??= describeProblems(codes);
  }
  return responses;
}

/** Each problem in full, as an answer says it. */
export function problemExamples() {
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([code, { status, title, remedy }]) => {
      const type = `urn:signalbox:problem:${code}`;
      const value = { type, status, code, title, detail: 'What is wrong with this request.', remedy };
      return [code, { summary: title, value }];
    }),
  );
}

const nameOf = (codes: readonly ProblemCode[]) => codes.join('.');

function describeProblems(codes: readonly ProblemCode[]): ZodOpenApiResponseObject {
  const known = codes.map((code) => ({ code, ...PROBLEMS[code] }));
  const waits = known.some(({ status }) => status === 429 || status === 503);
  return {
    description: known.map(({ code, title }) => `${title} (\`${code}\`)`).join('; '),
    ...(waits ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    content: {
      'application/problem+json': {
        schema: problemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

const RETRY_AFTER = {
  description: 'When it makes sense to come back, in seconds.',
  schema: { type: 'integer' as const },
};
