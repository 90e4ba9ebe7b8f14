import { z } from 'zod';
import { configOf } from '../config.ts';
import type { ApiDescription } from '../describe/describe-api.ts';
import { type AppContext, publicRoute, type Route } from './route.ts';

const descriptionSchema = z.looseObject({ openapi: z.string() });

/** The page runs nothing and loads nothing but its own style. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin";

/** The API describes itself. @param routes all of them, once they are all known */
export const descriptionRoutes = (routes: () => readonly Route[]): Route[] => {
  let made: ApiDescription | null = null;
  // Most isolates are never asked, and making it takes tens of milliseconds.
  const describe = async (c: AppContext): Promise<ApiDescription> => {
    const { describeApi } = await import('../describe/describe-api.ts');
    made ??= describeApi(routes(), configOf(c.env).publicUrl);
    return made;
  };
  return [
    publicRoute({
      method: 'GET',
      path: '/api/openapi.json',
      operation: {
        id: 'describeApi',
        tag: 'Service',
        summary: 'Read this description of the API as OpenAPI',
        answers: {
          200: {
            description: 'An OpenAPI 3.1 document',
            schema: descriptionSchema,
            example: { openapi: '3.1.1' },
          },
        },
      },
      handle: async (c) =>
        c.body(JSON.stringify(await describe(c)), 200, { 'content-type': 'application/json' }),
    }),
    publicRoute({
      method: 'GET',
      path: '/api/docs',
      operation: {
        id: 'showReference',
        tag: 'Service',
        summary: 'Read this description of the API as a page',
        answers: { 200: { description: 'The page', contentType: 'text/html' } },
      },
      handle: async (c) => {
        const { referencePage } = await import('../describe/reference-page.ts');
        c.header('content-security-policy', PAGE_POLICY);
        return c.html(referencePage(await describe(c)));
      },
    }),
    publicRoute({
      method: 'GET',
      path: '/api/docs/style.css',
      operation: {
        id: 'getReferenceStyle',
        tag: 'Service',
        summary: "Read the page's style",
        answers: { 200: { description: 'The style', contentType: 'text/css' } },
      },
      handle: async (c) => {
        const { REFERENCE_STYLE } = await import('../describe/reference-page.ts');
        return c.body(REFERENCE_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' });
      },
    }),
  ];
};
