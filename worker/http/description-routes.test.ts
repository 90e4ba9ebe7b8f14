import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { referencePage } from '../describe/reference-page.ts';
import { templateOf } from '../describe/template-of.ts';
import { ROUTES } from './routes.ts';

/** Pages for people are no part of the API. */
const DESCRIBED = ROUTES.filter(({ operation }) => operation.isPage !== true);

const get = (path: string) => exports.default.fetch(`${env.PUBLIC_URL}${path}`);

describe('/api/openapi.json', () => {
  it('describes every route but those of the set-up page to everybody, each under a name of its own', async () => {
    const response = await get('/api/openapi.json');
    expect(response.status).toBe(200);
    const { paths } = z
      .looseObject({
        paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
      })
      .parse(await response.json());
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(
      DESCRIBED.map(({ method, path }) => `${method} ${templateOf(path)}`).toSorted(),
    );
    const pages = ROUTES.filter((route) => !DESCRIBED.includes(route)).map(({ path }) => path);
    expect(pages.filter((path) => !path.startsWith('/setup'))).toEqual([]);
    const names = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('/api/docs', () => {
  it('shows every operation, runs no script and loads nothing but its own style', async () => {
    const response = await get('/api/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
    const text = await response.text();
    expect(DESCRIBED.filter(({ operation }) => !text.includes(`id="${operation.id}"`))).toEqual([]);
    expect(text).not.toMatch(/<script|<[^>]*\s(?:style|on\w+)=/);
    const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    const sheet = await get(style);
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    await sheet.text();
  });

  it('shows what is described as text, whatever it holds', async () => {
    const description = '<img src=x onerror=alert(1)> and `<b>code</b>`';
    const page = await referencePage({
      openapi: '3.1.1',
      info: { title: 'x', version: '1', description },
      tags: [],
      paths: {},
    });
    expect(String(page)).toContain(
      '&lt;img src=x onerror=alert(1)&gt; and <code>&lt;b&gt;code&lt;/b&gt;</code>',
    );
  });
});
