import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { identifyCaller } from './auth/identify-caller.ts';
import { allows, reaches } from './auth/installation-tokens.ts';
import { operationOf } from './graphql-operations.ts';
import type { JsonObject } from './json.ts';
import { Refusal } from './refusal.ts';
import type { RequestLog } from './request-log.ts';
import type { PageExchange } from './serve-manifest.ts';
import { noteViolation, readBody, sendRefusal } from './serve-rest.ts';
import type { World } from './world.ts';

/** What of GitHub's schema the operations may name. */
const FIELDS = new Set(
  `query mutation repository owner name pullRequest number reviewThreads first after pageInfo hasNextPage endCursor nodes
   id isResolved line comments body viewerDidAuthor resolveReviewThread input threadId thread String Int ID
   closingIssuesReferences userLinkedOnly true databaseId
   GitObjectID object oid on Commit status contexts context state description targetUrl`.split(/\s+/),
);

const bodySchema = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

export const isGraphql = ({ pathname }: URL): boolean => pathname === '/graphql';

/** What REST does not know, or only with more calls. */
export async function serveGraphql(
  world: World,
  log: RequestLog,
  { request, record }: PageExchange,
  response: ServerResponse,
): Promise<void> {
  const note = (problem: string) => noteViolation(log, record, 'request', problem);
  const text = await readBody(request);
  let answer: JsonObject;
  try {
    const caller = identifyCaller(world, request.headers.authorization);
    if (caller.kind !== 'installation') throw new Refusal(403, 'Resource not accessible by integration');
    const { query, variables } = bodySchema.parse(JSON.parse(text));
    for (const problem of problemsOf(query)) note(problem);
    const operation = operationOf(query);
    const repository = operation?.repositoryOf(world, variables);
    const { permissions } = caller.grant;
    const mayDo = Object.entries(operation?.needs ?? {}).every(([name, access]) =>
      allows(permissions, name, access),
    );
    if (operation === null || repository === undefined || !reaches(caller.grant, repository)) {
      answer = refused('NOT_FOUND', 'Could not resolve to a node.');
    } else if (!mayDo) answer = refused('FORBIDDEN', 'Resource not accessible by integration');
    else answer = { data: operation.answer(repository, variables) };
  } catch (error) {
    if (error instanceof Refusal) return sendRefusal(response, error);
    note(`the GraphQL request does not fit: ${String(error)}`);
    return sendRefusal(response, new Refusal(400, 'Problems parsing JSON'));
  }
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

/** What GitHub's schema does not have, or what the double can't answer. */
function problemsOf(query: string): string[] {
  const names = [...query.replaceAll(/\$\w+/g, '').matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name);
  const unknown = names.filter((name) => !FIELDS.has(name));
  return [
    ...unknown.map((name) => `GitHub's schema has no ${name} here, or the double does not serve it`),
    ...(names.includes('closingIssuesReferences') && !/userLinkedOnly:\s*true/.test(query)
      ? ['the double knows only links made by hand']
      : []),
  ];
}

const refused = (type: string, message: string): JsonObject => ({ data: null, errors: [{ type, message }] });
