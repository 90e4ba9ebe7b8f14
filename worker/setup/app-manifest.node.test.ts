import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HANDLED_EVENTS } from '../github/handled-events.ts';
import { APP_EVENTS, APP_PERMISSIONS, appManifest, isReachableByGitHub, newAppUrl } from './app-manifest.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/github-app.md'), 'utf8');

/** Without asking; see the documentation of GitHub's webhook events. */
const TO_EVERY_APP = ['installation', 'installation_repositories', 'check_run'];

it('subscribes to every event that has a handler and to no other', () => {
  const handled = new Set(HANDLED_EVENTS.map((name) => name.split('.', 1)[0]));
  expect([...APP_EVENTS].sort()).toEqual(
    [...handled].filter((name) => !TO_EVERY_APP.includes(name ?? '')).sort(),
  );
});

it('asks for nothing that the documentation does not explain', () => {
  for (const [name, access] of Object.entries(APP_PERMISSIONS)) {
    expect(DOCUMENT).toMatch(new RegExp(`^\\| \`${name}\` \\| ${access} \\| .{20,} \\|$`, 'm'));
  }
  for (const event of APP_EVENTS)
    expect(DOCUMENT).toMatch(new RegExp(`^\\| \`${event}\` \\| .{20,} \\|$`, 'm'));
});

it('never asks for the right to change workflows or for another account to install it', () => {
  expect(Object.keys(APP_PERMISSIONS)).not.toContain('workflows');
  expect(appManifest('https://box.example', 'A'.repeat(60))).toMatchObject({
    public: false,
    name: 'A'.repeat(34),
  });
});

it('leads to the page of the one who is to own the App', () => {
  expect(newAppUrl('https://github.com', null, 's.t')).toBe('https://github.com/settings/apps/new?state=s.t');
  expect(newAppUrl('https://ghe.example', 'acme', 's')).toBe(
    'https://ghe.example/organizations/acme/settings/apps/new?state=s',
  );
});

it.each([
  ['https://box.example', true],
  ['http://localhost:8787', false],
  ['http://127.0.0.1:1', false],
  ['https://192.168.1.4', false],
  ['https://172.20.0.1', false],
  ['https://box.local', false],
])('knows whether GitHub can reach %s', (url, expected) => {
  expect(isReachableByGitHub(url)).toBe(expected);
});
