import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSettings } from '../config/load-settings.ts';
import { CREDENTIAL } from '../testing/control-plane-double.ts';
import { describePolicy } from './describe-policy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const ENV = { SIGNALBOX_RUNNER_CREDENTIAL: CREDENTIAL, SIGNALBOX_URL: 'http://127.0.0.1:1' };
const load = (env: Record<string, string> = {}) => loadSettings({}, { ...ENV, ...env }, folder);

function inForce(env: Record<string, string> = {}) {
  const result = load(env);
  if (result.status === 'mistaken') throw new Error(JSON.stringify(result.mistakes));
  return result.inForce;
}

it('comes from the file that the environment names, before that of the config, before none', () => {
  expect(inForce()).toMatchObject({ source: null, policy: { repositories: null, pushes: true } });
  write('signalbox-runner.yml', 'policy: mine.yml\n');
  write('mine.yml', 'repositories: [acme/*]\nlimits: { usd: 5 }\n');
  expect(inForce()).toMatchObject({
    source: join(folder, 'mine.yml'),
    policy: { repositories: ['acme/*'], limits: { usd: 5, minutes: null }, pushes: true },
  });
  write('other.yml', 'pushes: false\n');
  expect(inForce({ SIGNALBOX_POLICY: 'other.yml' }).policy).toMatchObject({
    repositories: null,
    pushes: false,
  });
});

it('may stand in the config file itself', () => {
  write('signalbox-runner.yml', 'policy:\n  workspaces: [local]\n');
  expect(inForce().policy.workspaces).toEqual(['local']);
});

it('names every mistake with its place, and lets nothing run', () => {
  write(
    'policy.yml',
    'repositories: [acme, "a/b/c"]\nlimits: { usd: -1, hours: 2 }\nmodels: { allow: ["claude-*"] }\npushs: false\nworkspaces: []\n',
  );
  const result = load({ SIGNALBOX_POLICY: 'policy.yml' });
  const file = join(folder, 'policy.yml');
  expect(result.status === 'mistaken' && result.mistakes.map(({ source }) => source).sort()).toEqual([
    file,
    `${file}: limits`,
    `${file}: limits.usd`,
    `${file}: models.allow.0`,
    `${file}: repositories.0`,
    `${file}: repositories.1`,
    `${file}: workspaces`,
  ]);
});

it.each([
  ['missing.yml', null, "can't be read"],
  ['empty.yml', '', 'expected object'],
  ['broken.yml', 'pushes: [\n', 'not valid YAML'],
])('is a mistake when it was named and is %s', (name, content, why) => {
  if (content !== null) write(name, content);
  const result = load({ SIGNALBOX_POLICY: name });
  expect(result).toMatchObject({ status: 'mistaken', mistakes: [{ source: join(folder, name) }] });
  expect(JSON.stringify(result)).toContain(why);
});

it('is described in a line', () => {
  write(
    'policy.yml',
    'repositories: [acme/*]\nlimits: { usd: 5 }\npushes: false\ntools: { deny: [WebFetch] }\napiJobs: false\n',
  );
  const { policy } = inForce({ SIGNALBOX_POLICY: 'policy.yml' });
  expect(describePolicy(policy)).toBe(
    'repositories acme/*; no jobs from the API; no pushes; at most 5 US dollars; not the tools WebFetch',
  );
  expect(describePolicy(inForce().policy)).toBe('allows everything that the control plane signs');
});
