import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { AnswerDescription, Operation } from '../http/operation.ts';
import type { Access, Route } from '../http/route.ts';
import { problemReferences } from './problem-responses.ts';

/** Names of the ways to prove who calls, as `components.securitySchemes` has them. Either of a user's is enough. */
const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  user: [{ key: [] }, { browser: [] }],
  setup: [{ browser: [] }],
  runner: [{ runner: [] }],
  registration: [{ registrationToken: [] }],
  share: [{ shareLink: [] }, { shareCookie: [] }],
  ticket: [{ ticket: [] }],
  signature: [{ signature: [] }],
};

const idempotencyHeaderSchema = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .meta({
      description: 'The same key answers with the first result, so that a call may be repeated.',
      param: { id: 'IdempotencyKey' },
    }),
});

const revalidationHeaderSchema = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({
      description: 'The ETag of the answer that the caller has: 304 when it still holds.',
      param: { id: 'IfNoneMatch' },
    }),
});

const NOT_MODIFIED = { 304: { description: 'The answer with this ETag still holds; no content.' } };

/** A route as OpenAPI's operation. */
export function describeOperation(route: Route, operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, params, query, idempotent, revalidates } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...describeText(route, operation),
    security: SECURITY[route.access],
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
      ...(idempotent === true ? { header: idempotencyHeaderSchema } : {}),
      ...(revalidates === true ? { header: revalidationHeaderSchema } : {}),
    },
    ...describeBody(operation),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, describeAnswer(answer)]),
      ),
      ...(revalidates === true ? NOT_MODIFIED : {}),
      ...problemReferences(route),
    },
  };
}

function describeText(route: Route, { description }: Operation): { description?: string } {
  const needs = route.access === 'user' ? route.needs : null;
  const parts = [description, needs === null ? undefined : `Needs the role \`${needs}\`.`];
  const text = parts.filter((part) => part !== undefined).join('\n\n');
  return text === '' ? {} : { description: text };
}

function describeBody({
  body,
  bodyExample,
  rawBody,
}: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (rawBody !== undefined) {
    const { contentType, description } = rawBody;
    const schema = contentType.includes('json')
      ? { type: 'object' as const }
      : (textOrBytes(contentType).schema ?? {});
    return { requestBody: { required: true, description, content: { [contentType]: { schema } } } };
  }
  if (body === undefined) return {};
  const example = bodyExample === undefined ? {} : { example: bodyExample };
  // An empty body is an empty object, which some operations are content with.
  const required = !body.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema: body, ...example } } } };
}

function describeAnswer(answer: AnswerDescription): ZodOpenApiResponseObject {
  const { description, schema, example, contentType, otherContentTypes = [] } = answer;
  const main = contentType ?? (schema === undefined ? null : 'application/json');
  if (main === null) return { description };
  const shown = example === undefined ? {} : { example };
  const content = schema === undefined ? textOrBytes(main) : { schema };
  return {
    description,
    content: {
      [main]: { ...content, ...shown },
      ...Object.fromEntries(otherContentTypes.map((type) => [type, textOrBytes(type)])),
    },
  };
}

/** OpenAPI 3.1 leaves the schema of binary content out. */
function textOrBytes(contentType: string): { schema?: { type: 'string' } } {
  return isText(contentType) ? { schema: { type: 'string' } } : {};
}

const isText = (contentType: string) => contentType.startsWith('text/') || contentType.includes('json');
