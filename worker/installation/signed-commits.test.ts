import { describe, expect, it } from 'vitest';
import type { GitHubWrite } from '../github-write.ts';
import { eventually } from '../testing/eventually.ts';
import { type WritingAccount, writingAccount } from './testing/writing-account.ts';

const BRANCH = 'signalbox/1-fix-it';
const [BASE, FIRST, LAST] = ['b'.repeat(40), 'd1'.padEnd(40, '0'), 'd2'.padEnd(40, '0')];
const [TREE_1, TREE_2] = ['1'.repeat(40), '2'.repeat(40)];
const CREATE = 'POST /repos/acme/shop/git/commits';

/** Two staged commits on the base. */
function staged() {
  const set = writingAccount();
  const ref = `refs/signalbox/staged/${set.taskId.split('.')[0]}/1`;
  const { commits, refs } = set.github.gitData;
  const unsigned = { verified: false };
  commits.set(BASE, { sha: BASE, message: 'base', tree: '0'.repeat(40), parents: [], ...unsigned });
  commits.set(FIRST, { sha: FIRST, message: 'First', tree: TREE_1, parents: [BASE], ...unsigned });
  commits.set(LAST, { sha: LAST, message: 'Last\n\nBody', tree: TREE_2, parents: [FIRST], ...unsigned });
  refs.set(ref, LAST);
  return { ...set, ref };
}

const write = ({ taskId, thread }: WritingAccount, ref: string, tree = TREE_2): GitHubWrite => ({
  kind: 'signed_commits',
  key: `sign:${taskId}:0:${LAST}`,
  taskId,
  thread,
  branch: BRANCH,
  staged: { ref, sha: LAST, tree, commits: 2 },
});

const branchOf = ({ github }: WritingAccount) => {
  const { refs, commits } = github.gitData;
  const tip = commits.get(refs.get(`refs/heads/${BRANCH}`) ?? '');
  return tip === undefined ? [] : [commits.get(tip.parents[0] ?? ''), tip];
};

describe('commits that GitHub is to sign', () => {
  it('are made anew one by one, with the same trees and messages and nobody named, and the branch is moved to them', async () => {
    const set = staged();
    await set.write(write(set, set.ref));
    await set.until(() => expect(branchOf(set)).toHaveLength(2));
    expect(branchOf(set)).toMatchObject([
      { message: 'First', tree: TREE_1, parents: [BASE], verified: true },
      { message: 'Last\n\nBody', tree: TREE_2, verified: true },
    ]);
    // GitHub signs only what names neither author nor committer.
    for (const { body } of set.github.callsTo(CREATE)) {
      expect(Object.keys(body).sort()).toEqual(['message', 'parents', 'tree']);
    }
    await set.until(() => expect(set.github.gitData.refs.has(set.ref)).toBe(false));
  });

  it.each([
    ['the making', `${CREATE}`],
    ['the branch', 'POST /repos/acme/shop/git/refs'],
  ])('are on the branch once when the answer about %s was lost', async (_what, call) => {
    const set = staged();
    set.github.failNext(call, 'answer lost');
    await set.write(write(set, set.ref));
    await set.until(() => expect(set.github.gitData.refs.has(set.ref)).toBe(false));
    expect(branchOf(set)).toMatchObject([{ tree: TREE_1, parents: [BASE] }, { tree: TREE_2 }]);
  });

  it('move a branch that is there, and never over what somebody else pushed', async () => {
    const set = staged();
    const { commits, refs } = set.github.gitData;
    const theirs = 'e'.repeat(40);
    commits.set(theirs, {
      sha: theirs,
      message: 'Theirs',
      tree: '3'.repeat(40),
      parents: [BASE],
      verified: false,
    });
    refs.set(`refs/heads/${BRANCH}`, theirs);
    await set.write(write(set, set.ref));
    await eventually(async () => expect(await set.waiting()).toMatchObject([{ parked: 1 }]));
    expect(refs.get(`refs/heads/${BRANCH}`)).toBe(theirs);
    expect(refs.get(set.ref)).toBe(LAST);
    const other = staged();
    other.github.gitData.refs.set(`refs/heads/${BRANCH}`, BASE);
    await other.write(write(other, other.ref));
    await other.until(() => expect(other.github.gitData.refs.has(other.ref)).toBe(false));
    expect(branchOf(other)).toMatchObject([{ tree: TREE_1, parents: [BASE] }, { tree: TREE_2 }]);
  });

  it('are not made of a tree that nobody approved', async () => {
    const set = staged();
    await set.write(write(set, set.ref, '9'.repeat(40)));
    await eventually(async () => expect(await set.waiting()).toMatchObject([{ parked: 1 }]));
    expect(set.github.callsTo(CREATE)).toEqual([]);
    expect(set.github.gitData.refs.has(`refs/heads/${BRANCH}`)).toBe(false);
  });
});
