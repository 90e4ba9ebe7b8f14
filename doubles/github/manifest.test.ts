import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type GitHubDouble, startGitHubDouble } from './start-github-double.ts';

let github: GitHubDouble;
beforeEach(async () => {
  github = await startGitHubDouble();
});
afterEach(() => github.close());

const MANIFEST = {
  name: 'Box',
  url: 'http://127.0.0.1:1',
  hook_attributes: { url: 'http://127.0.0.1:1/hooks' },
  redirect_url: 'http://127.0.0.1:1/back',
  setup_url: 'http://127.0.0.1:1/set-up',
  public: false,
  default_permissions: { metadata: 'read', issues: 'write' },
  default_events: ['issues'],
};

const submit = (path: string, fields: Record<string, string>) =>
  fetch(`${github.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const convert = (code: string) =>
  fetch(`${github.url}/app-manifests/${code}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'test' },
  });

test('an App of a manifest has new keys once, and is installed by hand', async () => {
  const manifest = JSON.stringify(MANIFEST);
  const page = await submit('/organizations/acme/settings/apps/new?state=s.t', { manifest });
  expect(await page.text()).toContain('Create GitHub App for acme');
  const made = await submit('/settings/apps/create-from-manifest', { manifest, state: 's.t' });
  const back = new URL(made.headers.get('location') ?? '');
  expect([back.pathname, back.searchParams.get('state')]).toEqual(['/back', 's.t']);
  const code = back.searchParams.get('code') ?? '';
  const converted = await convert(code);
  const keys = z.looseObject({ slug: z.string(), pem: z.string(), webhook_secret: z.string() });
  expect(keys.parse(await converted.json())).toMatchObject({ slug: 'box' });
  expect((await convert(code)).status).toBe(404);
  const installed = await submit('/apps/box/installations/new', {});
  expect(installed.headers.get('location')).toContain('/set-up?installation_id=');
  await github.settled();
  expect(github.deliveries()).toMatchObject([{ event: 'installation', action: 'created' }]);
  expect(github.violations).toEqual([]);
});

test('a manifest that GitHub would not take is refused, and noted', async () => {
  for (const change of [
    { default_events: ['pull_request'] },
    { default_events: ['nonsense'] },
    { hooks: 1 },
  ]) {
    const manifest = JSON.stringify({ ...MANIFEST, ...change });
    expect((await submit('/settings/apps/new', { manifest })).status).toBe(422);
  }
  expect(github.violations).toHaveLength(3);
});
