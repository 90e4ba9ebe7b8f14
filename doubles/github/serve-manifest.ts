import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Manifest } from './app-manifests.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import { escapeHtml, layout } from './serve-page.ts';
import { noteViolation, readBody } from './serve-rest.ts';
import type { World } from './world.ts';

const NEW_APP = /^\/(?:organizations\/([^/]+)\/)?settings\/apps\/new$/;
const CREATE = '/settings/apps/create-from-manifest';
const INSTALL = /^\/apps\/([^/]+)\/installations\/new$/;

/** Permissions that an App may ask for, by GitHub's list, and the events that each lets it hear. */
const EVENTS: Record<string, string> = {
  issues: 'issues',
  issue_comment: 'issues',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
  push: 'contents',
  repository: 'metadata',
  check_suite: 'checks',
  check_run: 'checks',
  status: 'statuses',
};
const PERMISSIONS = [
  'metadata',
  'contents',
  'issues',
  'pull_requests',
  'checks',
  'actions',
  'members',
  'statuses',
];

/** The fields of GitHub's page "Registering a GitHub App from a manifest"; others would be ignored. */
const manifestSchema = z.strictObject({
  name: z.string().min(1).max(34),
  url: z.url(),
  description: z.string().optional(),
  hook_attributes: z.strictObject({ url: z.url(), active: z.boolean().optional() }),
  redirect_url: z.url(),
  callback_urls: z.array(z.url()).max(10).optional(),
  setup_url: z.url().optional(),
  public: z.boolean().optional(),
  default_permissions: z.record(
    z.string().refine((name) => PERMISSIONS.includes(name), 'is no permission'),
    z.enum(['read', 'write']),
  ),
  default_events: z.array(z.enum(Object.keys(EVENTS))),
  request_oauth_on_install: z.boolean().optional(),
  setup_on_update: z.boolean().optional(),
});

export type PageExchange = { request: IncomingMessage; url: URL; record: RequestRecord };

export const isManifestPage = ({ pathname }: URL): boolean =>
  NEW_APP.test(pathname) || pathname === CREATE || INSTALL.test(pathname);

/** GitHub's pages on which a person makes an App of a manifest, and installs it. */
export async function serveManifest(
  world: World,
  log: RequestLog,
  { request, url, record }: PageExchange,
  response: ServerResponse,
): Promise<void> {
  const form = record.method === 'POST' ? new URLSearchParams(await readBody(request)) : null;
  const note = (problem: string) => noteViolation(log, record, 'request', problem);
  const page = (status: number, title: string, content = '') =>
    void response
      .writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
      .end(layout(title, content));
  const [, slug] = INSTALL.exec(url.pathname) ?? [];
  if (slug !== undefined) {
    if (slug !== world.app.slug) return page(404, 'Not found');
    if (form === null) return page(200, `Install ${world.app.name}`, button(url.pathname, 'Install', {}));
    return void response.writeHead(302, { location: install(world) }).end();
  }
  if (form === null) return page(404, 'Not found');
  const parsed = readManifest(form.get('manifest') ?? '', note);
  if (parsed === null) return page(422, 'Invalid GitHub App configuration');
  if (url.pathname !== CREATE) {
    const [, organization] = NEW_APP.exec(url.pathname) ?? [];
    const owner = organization ?? world.owner.login;
    const state = url.searchParams.get('state') ?? '';
    const fields = { manifest: JSON.stringify(parsed), state };
    return page(200, `Create GitHub App for ${owner}`, button(CREATE, `Create ${parsed.name}`, fields));
  }
  const target = new URL(parsed.redirect_url);
  target.searchParams.set('code', world.manifests.issueCode(parsed, world.now()));
  const state = form.get('state') ?? '';
  if (state !== '') target.searchParams.set('state', state);
  response.writeHead(302, { location: target.href }).end();
}

function readManifest(text: string, note: (problem: string) => void): Manifest | null {
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) note(`manifest ${path.join('.')}: ${message}`);
    return null;
  }
  for (const event of parsed.data.default_events) {
    const needed = EVENTS[event] ?? '';
    if (!(needed in parsed.data.default_permissions)) {
      note(`manifest default_events: ${event} needs the permission ${needed}`);
      return null;
    }
  }
  return parsed.data;
}

function install(world: World): string {
  world.app.installed = true;
  world.installApp();
  const { setupUrl, installationId } = world.app;
  if (setupUrl === null) return `${world.baseUrl}/settings/installations/${installationId}`;
  const target = new URL(setupUrl);
  target.searchParams.set('installation_id', String(installationId));
  target.searchParams.set('setup_action', 'install');
  return target.href;
}

function button(action: string, label: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<button>${escapeHtml(label)}</button></form>`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
