import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { TAGS } from '../http/operation.ts';
import type { Route } from '../http/route.ts';
import { describeOperation } from './describe-operation.ts';
import { NAMED_SCHEMAS } from './named-schemas.ts';
import { problemExamples, problemResponses } from './problem-responses.ts';
import { TAG_DESCRIPTIONS } from './tag-descriptions.ts';
import { templateOf } from './template-of.ts';

export type ApiDescription = ReturnType<typeof createDocument>;

/** Grows with each change that a client could notice; not the version of the product. */
const API_VERSION = '1.0.0';

const INTRODUCTION = `Everything that Signalbox knows and does, for programs.

Programs send a key as \`Authorization: Bearer …\`; the page uses the cookie of a signed-in browser. Times are milliseconds since 1970. Lists come in pages: \`next\` goes back as \`cursor\` and is null at the end. Errors are problem documents (RFC 9457) with a \`code\`, a \`detail\` and a \`remedy\` that says what to do.`;

/** The API's description (OpenAPI 3.1), made of what the routes themselves parse with. */
export function describeApi(all: readonly Route[], publicUrl: string): ApiDescription {
  const routes = all.filter(({ operation }) => operation.isPage !== true);
  const used = new Set(routes.map(({ operation }) => operation.tag));
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Signalbox',
      version: API_VERSION,
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl, description: 'This deployment' }],
    tags: TAGS.filter((tag) => used.has(tag)).map((name) => ({ name, description: TAG_DESCRIPTIONS[name] })),
    paths: describePaths(routes),
    components: {
      schemas: NAMED_SCHEMAS,
      responses: problemResponses(routes),
      securitySchemes: SECURITY_SCHEMES,
      examples: problemExamples(),
    },
  });
}

function describePaths(routes: readonly Route[]): Record<string, Record<string, ZodOpenApiOperationObject>> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    const described = describeOperation(route, route.operation);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: described };
  }
  return paths;
}

const SECURITY_SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the admin key of the deployment.',
  },
  browser: {
    type: 'apiKey',
    in: 'cookie',
    name: 'signalbox_session',
    description: 'A signed-in browser. Writes must come from the page of this deployment.',
  },
  runner: { type: 'http', scheme: 'bearer', description: "A runner's credential (`sbr_…`)." },
  registrationToken: { type: 'http', scheme: 'bearer', description: 'A registration token (`sbt_…`), once.' },
  shareLink: { type: 'http', scheme: 'bearer', description: 'The token of a share link (`sbs_…`).' },
  shareCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'signalbox_share',
    description: 'A browser that has opened the share link.',
  },
  ticket: { type: 'http', scheme: 'bearer', description: 'The ticket that a runner got with a job.' },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Hub-Signature-256',
    description: "GitHub's HMAC-SHA256 over the raw body with the App's webhook secret.",
  },
} as const;
