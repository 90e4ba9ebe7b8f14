import { createPublicKey, randomBytes } from 'node:crypto';
import { createAppKey } from '../create-app-key.ts';
import { notFound } from '../refusal.ts';
import { renderApp } from '../render/render-account.ts';
import { created, type RestAnswer, type RestCall, type Routes } from './rest-call.ts';

/** The App of the manifest takes the place of the one that the double began with: it has one. */
async function createFromManifest({ world, params }: RestCall): Promise<RestAnswer> {
  const manifest = world.manifests.redeem(params.code ?? '', world.now());
  if (manifest === undefined) throw notFound();
  const pem = await createAppKey();
  const secret = randomBytes(20).toString('hex');
  const slug = manifest.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  Object.assign(world.app, {
    name: manifest.name,
    slug,
    publicKeyPem: createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString(),
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    setupUrl: manifest.setup_url ?? null,
    installed: false,
  });
  world.app.bot.login = `${slug}[bot]`;
  world.setWebhookTarget({ url: manifest.hook_attributes.url, secret });
  return created({
    ...renderApp(world),
    client_id: world.app.clientId,
    client_secret: world.authorization.clientSecret,
    webhook_secret: secret,
    pem,
  });
}

export const manifestRoutes = { 'apps/create-from-manifest': createFromManifest } satisfies Routes;
