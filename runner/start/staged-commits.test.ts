import { afterEach, beforeEach, expect, it } from 'vitest';
import { taskOptionsSchema } from '../../protocol/task-options.ts';
import type { RunnerHarness } from '../testing/runner-harness.ts';
import { createRunnerHarness } from '../testing/runner-harness.ts';
import { waitFor } from '../testing/wait-for.ts';

let harness: RunnerHarness;
beforeEach(async () => {
  harness = await createRunnerHarness();
});
afterEach(async () => {
  await harness.close();
});

const pushes = () =>
  harness.gitServer.requests.filter((request) => request.endsWith('/git-receive-pack')).length;
const staged = () =>
  harness.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/signalbox/staged');

it.each([
  ['has not reached', false, 2],
  ['has reached', true, 1],
] as const)(
  'a runner that is killed while its commit %s the server stages that commit, once',
  async (_when, arrives, pushed) => {
    const { gitServer, plane, model } = harness;
    const first = await harness.connect();
    let isKilled = false;
    gitServer.intervene = ({ method, url }) => {
      if (isKilled || method !== 'POST' || !url.endsWith('/git-receive-pack')) return 'serve';
      isKilled = true;
      first.child.kill('SIGKILL');
      // git itself outlives the runner for a moment.
      return arrives ? 'serve' : { status: 503 };
    };
    const job = harness.job('[[write:b.txt|b]]', {
      options: taskOptionsSchema.parse({ verifiedCommits: true }),
    });
    plane.assign(job);
    await waitFor('the push', () => isKilled);
    await first.exited;
    await waitFor('what the server has of it', () => (staged() !== '') === arrives);
    const asked = model.requests.length;

    await harness.connect();
    await harness.stored(job, 'job.finished');
    const session = harness.session(job);
    const events = session.events();
    const [told, ...more] = events.filter((event) => event.type === 'push.staged');
    expect(more).toEqual([]);
    const { sha = '', tree = '', ref = '' } = told ?? {};
    expect(session.find('job.finished')?.outcome).toMatchObject({
      type: 'published',
      draft: true,
      sha,
      tree,
    });
    expect(tree).toBe(session.find('work.captured')?.tree);
    expect(new Set(events.flatMap((event) => (event.type === 'commit.made' ? [event.sha] : [])))).toEqual(
      new Set([sha]),
    );
    // GitHub makes the branch of it; the runner moves none.
    expect(staged()).toBe(`${ref} ${sha}`);
    expect(harness.git('rev-list', '--count', `main..${sha}`)).toBe('1');
    expect(harness.git('for-each-ref', 'refs/heads/signalbox')).toBe('');
    expect([pushes(), model.requests.length]).toEqual([pushed, asked]);
    expect(session.violations).toEqual([]);
  },
);
