import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transcriptFolder } from '../claude/find-transcript.ts';
import type { Harness } from '../claude/testing/claude-harness.ts';
import { createHarness } from '../claude/testing/claude-harness.ts';
import { isAlive, waitUntil } from '../claude/testing/wait-until.ts';
import { findMarkedProcesses } from '../process/find-marked-processes.ts';
import { gitFoldersOf } from '../workspace/git-folders-of.ts';
import { closeSandbox, openSandbox, type SandboxState } from './open-sandbox.ts';
import type { GitFolders } from './sandbox-plan.ts';
import { whyNoSandbox } from './testing/have-sandbox.ts';

const ATTEMPTS = fileURLToPath(new URL('./testing/escape-attempts.sh', import.meta.url));

const missing = await whyNoSandbox();
const title = missing === null ? 'in the sandbox' : `in the sandbox (not tested here: ${missing})`;

describe.skipIf(missing !== null)(title, () => {
  let root: string;
  let dataDir: string;
  let cwd: string;
  let mirror: string;
  let git: GitFolders;
  let state: SandboxState;
  let harness: Harness;
  let bystander: Server;

  const run = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const put = (path: string, text: string): void => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
    dataDir = join(root, 'data');
    mirror = join(dataDir, 'mirrors/1.git');
    cwd = join(dataDir, 'worktrees/mine/app');
    mkdirSync(mirror, { recursive: true });
    run(mirror, 'init', '--quiet', '--bare', '--initial-branch=main');
    const commit = run(
      mirror,
      'commit-tree',
      '-m',
      'first',
      run(mirror, 'hash-object', '-t', 'tree', '-w', '/dev/null'),
    );
    run(mirror, 'update-ref', 'refs/heads/main', commit);
    run(mirror, 'worktree', 'add', '--quiet', '-b', 'work', cwd, commit);
    mkdirSync(join(mirror, 'worktrees/other-session'));
    git = gitFoldersOf({ commonDir: mirror, folder: cwd, sessionId: 'app' });
    put(join(dataDir, 'registration.json'), '{"credential":"sbr_x"}');
    put(join(dataDir, 'jobs/other/1.ndjson'), '{}');
    put(join(dataDir, 'worktrees/other/app/secret.txt'), 'other');
    symlinkSync(join(dataDir, 'worktrees/other/app/secret.txt'), join(cwd, 'link-to-another'));
    const home = join(root, 'home');
    put(join(home, '.ssh/id_ed25519'), 'key');
    put(join(home, '.git-credentials'), 'https://a:b@github.com');
    bystander = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
    harness = await createHarness(
      {
        dataDir,
        sandbox: {
          enclose: (place) =>
            state.status === 'ready' ? state.sandbox.enclose(place) : Promise.reject(new Error(state.status)),
        },
      },
      { HOME: home },
    );
    put(join(harness.configDir, 'projects/-other/session.jsonl'), '{}');
    state = await openSandbox({
      mode: 'required',
      dataDir,
      configDir: harness.configDir,
      transcriptsOf: (folder) => transcriptFolder(harness.configDir, folder),
      home,
      denyRead: [],
      hosts: [],
      env: { ANTHROPIC_BASE_URL: harness.endpoint.url },
    });
    expect(state.status).toBe('ready');
  });

  afterEach(async () => {
    await harness.close();
    await closeSandbox();
    bystander.close();
    expect(findMarkedProcesses(dataDir)).toEqual([]);
    rmSync(root, { recursive: true, force: true });
  });

  const say = (request: string) => {
    const conversation = harness.driver.open(harness.spec({ cwd, git }));
    return harness.turn(conversation, request).then((end) => ({ conversation, end }));
  };
  const bash = async (command: string): Promise<string> => {
    const { end } = await say(`[[bash:${command}]]`);
    expect(end.type).toBe('finished');
    return harness.of('claude.tool_result').at(-1)?.output.text ?? '';
  };

  it('a task writes its files, commits them, and keeps its transcript', async () => {
    put(
      join(cwd, 'work.sh'),
      'set -e; echo new > new.txt; echo t > "$TMPDIR/t"; git add new.txt; git commit -qm done; git log --format=%s\n',
    );
    expect(await bash('bash work.sh')).toBe('done\nfirst');
    expect(run(mirror, 'log', '-1', '--format=%s', 'work')).toBe('done');
    const transcripts = readdirSync(transcriptFolder(harness.configDir, cwd));
    expect(transcripts).toEqual([expect.stringMatching(/\.jsonl$/)]);
  });

  it('no attempt to get out succeeds', async () => {
    const { port } = bystander.address() as AddressInfo;
    put(join(cwd, 'escape.sh'), readFileSync(ATTEMPTS, 'utf8'));
    const home = join(root, 'home');
    const args = [dataDir, home, mirror, process.pid, port, harness.configDir].join(' ');
    const lines = (await bash(`bash escape.sh ${args}`)).split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.filter((line) => !line.endsWith(': held'))).toEqual([]);
    expect(readdirSync(dataDir).sort()).toEqual(['jobs', 'mirrors', 'registration.json', 'worktrees']);
    expect(readdirSync(join(dataDir, 'worktrees')).sort()).toEqual(['mine', 'other']);
    expect(existsSync(join(mirror, 'hooks/post-checkout'))).toBe(false);
    expect(run(mirror, 'config', '--list')).not.toContain('alias');
  });

  it('the same attempts succeed without it, so that they prove something', () => {
    const home = join(root, 'home');
    const { port } = bystander.address() as AddressInfo;
    const args = [ATTEMPTS, dataDir, home, mirror, String(process.pid), String(port), harness.configDir];
    const env = { ...process.env, HTTP_PROXY: '' };
    const output = execFileSync('bash', args, { cwd, env, encoding: 'utf8' });
    const escaped = output.split('\n').filter((line) => line.endsWith(': escaped'));
    expect(existsSync(join(mirror, 'hooks/post-checkout'))).toBe(true);
    expect(escaped).toEqual(
      expect.arrayContaining(
        [
          'read the credential',
          'read another worktree',
          'see the runner',
          'signal the runner',
          'connect to this machine',
        ].map((name) => `${name}: escaped`),
      ),
    );
  });

  it('a repository that is only read can be read and not written, and one beside it can be written', async () => {
    const [library, page] = [
      join(dataDir, 'worktrees/side-read/lib'),
      join(dataDir, 'worktrees/side-write/page'),
    ];
    put(join(library, 'a.txt'), 'as it was\n');
    put(join(page, 'a.txt'), 'as it was\n');
    symlinkSync(library, join(cwd, 'lib'));
    put(
      join(cwd, 'try.sh'),
      `for to in ${library} lib ${page}; do
        cat $to/a.txt
        (echo changed > $to/a.txt) 2>/dev/null && echo changed; (touch $to/new.txt) 2>/dev/null && echo made
        rm -f $to/a.txt 2>/dev/null; [ -e $to/a.txt ] || echo removed
      done`,
    );
    const additionalDirectories = [
      { path: library, writable: false },
      { path: page, writable: true },
    ];
    const conversation = harness.driver.open(harness.spec({ cwd, git, additionalDirectories }));
    await harness.turn(conversation, '[[bash:bash try.sh]]');
    await harness.turn(conversation, `[[write:${library}/b.txt|b]]`);
    const [tried, written] = harness.of('claude.tool_result');
    const lines = tried?.output.text.split('\n').filter((line) => line !== '');
    expect(lines).toEqual(['as it was', 'as it was', 'as it was', 'changed', 'made', 'removed']);
    expect(written?.output.text).toContain('lies outside the folders');
    expect(readdirSync(library)).toEqual(['a.txt']);
    expect(readFileSync(join(library, 'a.txt'), 'utf8')).toBe('as it was\n');
  });

  it('nothing of a turn that is ended runs on, and its temporary folder is gone', async () => {
    const conversation = harness.driver.open(harness.spec({ cwd, git }));
    const turn = harness.turn(
      conversation,
      '[[long-command:echo $TMPDIR > place; for i in $(seq 3000); do sleep 0.1; done]]',
    );
    await waitUntil(() => existsSync(join(cwd, 'place')) && readFileSync(join(cwd, 'place'), 'utf8') !== '');
    const pid = conversation.pid ?? 0;
    const place = readFileSync(join(cwd, 'place'), 'utf8').trim();
    expect([isAlive(pid), existsSync(place)]).toEqual([true, true]);
    await conversation.interrupt('stopped');
    expect(await turn).toEqual({ type: 'interrupted', reason: 'stopped' });
    expect([isAlive(pid), existsSync(place)]).toEqual([false, false]);
    expect(findMarkedProcesses(dataDir).filter((entry) => entry.pid !== process.pid)).toEqual([]);
  });
});
