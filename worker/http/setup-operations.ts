import type { Operation } from './operation.ts';

/** A page for people: it is no part of the API's description, and says what went wrong in words. */
export function pageOperation(id: string, summary: string, contentType = 'text/html') {
  return {
    id,
    tag: 'Service',
    summary,
    isPage: true,
    answers: { 200: { description: 'The page', contentType } },
  } as const satisfies Operation;
}
