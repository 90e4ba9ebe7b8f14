import { expect, it } from 'vitest';
import { judgeSandbox } from './check-sandbox.ts';
import { modelHosts, unproxiedHosts } from './model-hosts.ts';
import { planFiles, type SandboxBase, type SandboxPlace } from './sandbox-plan.ts';

const base: SandboxBase = {
  dataDir: '/data',
  configDir: '/home/r/.claude',
  transcriptsOf: (cwd) => `/home/r/.claude/projects/${cwd.replaceAll('/', '-')}`,
  home: '/home/r',
  denyRead: ['/etc/runner/credential'],
  env: {},
};
const place: SandboxPlace = {
  cwd: '/data/worktrees/s1/app',
  writable: ['/more'],
  readable: ['/docs'],
  git: { read: ['/data/m.git/config'], write: ['/data/m.git/objects'], deny: ['/data/m.git/objects/info'] },
  temporary: '/tmp/t1',
};

it('lets a process write in its own places only', () => {
  const { allowWrite, denyWrite } = planFiles(base, place);
  expect(allowWrite.filter((path) => !path.startsWith('/home/r/.claude/'))).toEqual([
    '/data/worktrees/s1/app',
    '/tmp/t1',
    '/more',
    '/data/m.git/objects',
  ]);
  expect(allowWrite).toContain('/home/r/.claude/projects/-data-worktrees-s1-app');
  expect(allowWrite).not.toContain('/home/r/.claude');
  expect(denyWrite).toEqual(
    expect.arrayContaining(['/data/m.git/objects/info', '/data/worktrees/s1/app/.git/hooks']),
  );
});

it('hides the runner, other sessions, keys and logins, but for the process’s own', () => {
  const { denyRead, allowRead } = planFiles(base, place);
  expect(denyRead).toEqual(
    expect.arrayContaining([
      '/data',
      '/home/r/.claude/projects',
      '/home/r/.ssh',
      '/home/r/.aws',
      '/home/r/.config/gcloud',
      '/etc/runner/credential',
    ]),
  );
  expect(allowRead).toEqual(
    expect.arrayContaining(['/data/worktrees/s1/app', '/docs', '/data/m.git/config', '/data/m.git/objects']),
  );
});

it('leaves the login readable through which Claude reaches its model', () => {
  expect(planFiles({ ...base, env: { CLAUDE_CODE_USE_BEDROCK: '1' } }, place).denyRead).not.toContain(
    '/home/r/.aws',
  );
});

it.each([
  [{}, ['api.anthropic.com', 'platform.claude.com', 'console.anthropic.com']],
  [{ ANTHROPIC_BASE_URL: 'http://127.0.0.1:8787' }, ['127.0.0.1:8787']],
  [{ ANTHROPIC_BASE_URL: 'https://llm.internal/anthropic' }, ['llm.internal:443']],
  [
    { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'eu-central-1' },
    ['bedrock-runtime.eu-central-1.amazonaws.com'],
  ],
])('with %j the network is %j', (env, hosts) => {
  expect(modelHosts(env)).toEqual(hosts);
});

it('asks for a model on this machine through the proxy, and for nothing else on it', () => {
  expect(unproxiedHosts({})).toBe('localhost,127.0.0.1,::1');
  expect(unproxiedHosts({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:8787' })).toBe('localhost,::1');
});

it('says what a missing sandbox means, and what to do', () => {
  const missing = { status: 'unavailable', reason: 'bubblewrap (bwrap) not installed' } as const;
  expect(judgeSandbox('off', { status: 'off' })).toBeNull();
  expect(judgeSandbox('auto', missing)).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('runs without it'),
    remedy: expect.stringContaining('scripts/install-sandbox.sh'),
  });
  expect(judgeSandbox('required', missing)).toMatchObject({
    status: 'broken',
    detail: expect.stringContaining('bwrap'),
  });
});
