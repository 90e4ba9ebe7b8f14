import { z } from 'zod';
import { configOf } from '../config.ts';
import { publicRoute, type Route } from './route.ts';

/** The API describes itself. @param routes all of them, once they are all known */
export const descriptionRoutes = (routes: () => readonly Route[]): Route[] => {
  let made: string | null = null;
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
      handle: async (c) => {
        // Most isolates are never asked, and making it takes tens of milliseconds.
        const { describeApi } = await import('../describe/describe-api.ts');
        made ??= JSON.stringify(describeApi(routes(), configOf(c.env).publicUrl));
        return c.body(made, 200, { 'content-type': 'application/json' });
      },
    }),
  ];
};

const descriptionSchema = z.looseObject({ openapi: z.string() });
