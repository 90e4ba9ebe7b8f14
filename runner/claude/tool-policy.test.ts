import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveRealPath } from './resolve-real-path.ts';
import { DEFAULT_TOOL_POLICY, decideTool, writtenPath } from './tool-policy.ts';

const cwd = '/tree';

describe('decideTool', () => {
  it.each([
    ['Bash', DEFAULT_TOOL_POLICY.allow, true],
    ['mcp__docs__search', DEFAULT_TOOL_POLICY.allow, false],
    ['mcp__docs__search', ['mcp__docs__*'], true],
    ['mcp__docsX', ['mcp__docs__*'], false],
    ['CronCreate', DEFAULT_TOOL_POLICY.allow, false],
    ['EnterWorktree', DEFAULT_TOOL_POLICY.allow, false],
    ['AskUserQuestion', ['*'], false],
    ['ExitPlanMode', ['*'], false],
  ])('%s with %j: %s', (name, allow, expected) => {
    expect(decideTool({ name, input: {} }, { allow }, null, [cwd]).allow).toBe(expected);
  });

  it.each([
    ['/tree/src/a.ts', true],
    ['/extra/b', true],
    ['/tree', false],
    ['/tree2/a', false],
    ['/etc/passwd', false],
    ['/tree/..fine', true],
  ])('a write to %s: %s', (file, expected) => {
    const request = { name: 'Write', input: { file_path: file } };
    expect(decideTool(request, DEFAULT_TOOL_POLICY, file, [cwd, '/extra']).allow).toBe(expected);
  });
});

describe('writtenPath', () => {
  it.each([
    [{ name: 'Write', input: { file_path: 'a/b' } }, '/tree/a/b'],
    [{ name: 'Edit', input: { file_path: '/tree/../etc/x' } }, '/etc/x'],
    [{ name: 'NotebookEdit', input: { notebook_path: 'n.ipynb' } }, '/tree/n.ipynb'],
    [{ name: 'Read', input: { file_path: '/etc/passwd' } }, null],
    [{ name: 'Write', input: {} }, null],
  ])('%j gives %s', (request, expected) => {
    expect(writtenPath(request, cwd)).toBe(expected);
  });
});

describe('resolveRealPath', () => {
  let root: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'signalbox-paths-')));
    await mkdir(path.join(root, 'tree'));
    await symlink('/etc', path.join(root, 'tree', 'out'));
    await symlink('../outside-and-missing', path.join(root, 'tree', 'dangling'));
    await symlink('loop', path.join(root, 'tree', 'loop'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it.each([
    ['tree/new/file', 'tree/new/file'],
    ['tree/out/passwd', '/etc/passwd'],
    ['tree/out/none/x', '/etc/none/x'],
    ['tree/dangling', 'outside-and-missing'],
    ['tree/dangling/x', 'outside-and-missing/x'],
  ])('takes %s for %s', async (given, expected) => {
    expect(await resolveRealPath(path.join(root, given))).toBe(path.resolve(root, expected));
  });

  it('ends at links that lead to themselves', async () => {
    expect(await resolveRealPath(path.join(root, 'tree/loop'))).toContain('loop');
  });
});
