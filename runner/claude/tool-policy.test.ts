import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveRealPath } from './resolve-real-path.ts';
import { DEFAULT_TOOL_POLICY, decideTool, REVIEW_TOOL_POLICY, writtenPath } from './tool-policy.ts';

const cwd = '/tree';

describe('decideTool', () => {
  it.each([
    ['Bash', DEFAULT_TOOL_POLICY.allow, 'allow'],
    ['mcp__docs__search', DEFAULT_TOOL_POLICY.allow, 'deny'],
    ['mcp__docs__search', ['mcp__docs__*'], 'allow'],
    ['mcp__docsX', ['mcp__docs__*'], 'deny'],
    ['CronCreate', DEFAULT_TOOL_POLICY.allow, 'deny'],
    ['EnterWorktree', DEFAULT_TOOL_POLICY.allow, 'deny'],
    ['AskUserQuestion', ['*'], 'ask'],
    ['ExitPlanMode', ['*'], 'deny'],
  ])('%s with %j: %s', (name, allow, expected) => {
    expect(decideTool({ name, input: {}, toolUseId: 't' }, { allow }, null, [cwd]).type).toBe(expected);
  });

  it.each([
    ['mcp__db__drop', { allow: null, deny: [] }, 'ask'],
    ['mcp__db__drop', { allow: null, deny: ['mcp__db__*'] }, 'deny'],
    ['mcp__db__drop', { allow: ['Bash', 'mcp__docs__*'], deny: [] }, 'deny'],
    ['mcp__docs__search', { allow: ['mcp__docs__*'], deny: [] }, 'ask'],
  ])('asks a person about %s only within %j: %s', (name, ask, expected) => {
    const policy = { ...DEFAULT_TOOL_POLICY, ask };
    expect(decideTool({ name, input: {}, toolUseId: 't' }, policy, null, [cwd]).type).toBe(expected);
  });

  it.each([
    ['/tree/src/a.ts', 'allow'],
    ['/extra/b', 'allow'],
    ['/tree', 'deny'],
    ['/tree2/a', 'deny'],
    ['/etc/passwd', 'deny'],
    ['/tree/..fine', 'allow'],
  ])('a write to %s: %s', (file, expected) => {
    const request = { name: 'Write', input: { file_path: file }, toolUseId: 't' };
    expect(decideTool(request, DEFAULT_TOOL_POLICY, file, [cwd, '/extra']).type).toBe(expected);
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
    expect(writtenPath({ ...request, toolUseId: 't' }, cwd)).toBe(expected);
  });
});

describe('a review', () => {
  it.each([
    'Bash',
    'Write',
    'Edit',
    'MultiEdit',
    'NotebookEdit',
    'WebFetch',
    'WebSearch',
    'Agent',
    'Task',
    'Skill',
  ])('has no %s, and nobody is asked for it', (name) => {
    const request = { name, input: {}, toolUseId: 't' };
    expect(decideTool(request, REVIEW_TOOL_POLICY, null, ['/tree']).type).toBe('deny');
    expect(REVIEW_TOOL_POLICY.deny).toContain(name);
  });

  it.each(['Read', 'Grep', 'Glob'])('has %s', (name) => {
    expect(decideTool({ name, input: {}, toolUseId: 't' }, REVIEW_TOOL_POLICY, null, []).type).toBe('allow');
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
