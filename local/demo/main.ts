import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { commandLogPageSchema, sessionPageSchema } from '../../protocol/http.ts';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal } from '../../protocol/task-state.ts';
import { buildProduct } from '../build/build-product.ts';
import { interruptSignal } from '../process/interrupt-signal.ts';
import type { Stack } from '../stack/start-stack.ts';
import { watchSession } from '../stack/watch-session.ts';
import { printSignInLink } from '../start/print-sign-in-link.ts';
import { DEMO_FILES, DEMO_ISSUE, DEMO_REPOSITORY } from './demo-repository.ts';
import { type DemoWorld, startDemoWorld } from './demo-world.ts';
import { narrate } from './narrate.ts';

/** A whole run takes about ten seconds; a machine that is this much slower has another problem. */
const TASK_DEADLINE_MS = 120_000;

/** Rows arrive within milliseconds. */
const RECORD_DEADLINE_MS = 10_000;

const USAGE = `npm run demo [-- --exit] [-- --port N]

Shows Signalbox at work on this machine with nothing but what npm ci brought: GitHub is a double with a real git
server, the model is a script. The control plane, the runner and the Claude Code CLI are real.

  --exit    end when the pull request is there (else the page stays open until Ctrl+C)
  --port    the page's port (a free one when left out)`;

const startedAt = performance.now();

function say(line: string): void {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(2).padStart(6);
  console.log(`${seconds} s  ${line}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { exit: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  console.log(
    'Signalbox, a DEMONSTRATION: GitHub and the model are doubles on this machine, the rest is real.\n',
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-demo-'));
  const ended = once(interruptSignal(), 'abort');
  let world: DemoWorld | null = null;
  try {
    await buildProduct(say);
    world = await startDemoWorld({
      dataDir,
      port: values.port === undefined ? undefined : Number(values.port),
      github: {
        owner: { login: 'station-works', type: 'Organization' },
        repositories: [{ name: DEMO_REPOSITORY, files: DEMO_FILES }],
        users: [{ login: 'mona', permission: 'write' }],
      },
    });
    say(`libSQL, the Worker and a runner are up: ${world.stack.url}`);
    const done = await showTask(world);
    if (!values.exit) {
      await printSignInLink(world.stack.api, `/sessions/${done.sessionId}`);
      console.log('The page stays open. Ctrl+C ends the demonstration.');
      await ended;
    }
    return done.state === 'completed' ? 0 : 1;
  } finally {
    await world?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function showTask({ github, stack }: DemoWorld): Promise<TaskView> {
  const opened = await github.openIssue({ repo: DEMO_REPOSITORY, author: 'mona', ...DEMO_ISSUE });
  say(
    `mona opens issue #${opened.number} and mentions @signalbox; the webhook is signed and answered with 202`,
  );
  const sessionId = sessionIdOf(githubConversationKey(github.repositoryId(DEMO_REPOSITORY), opened.number));
  const task = await untilTaskEnds(stack.url, stack.api.headers, sessionId);
  await github.until('the check run is concluded and the comment is final', () => {
    const concluded = github.checkRuns(DEMO_REPOSITORY).some(({ status }) => status === 'completed');
    const final = github
      .issue(DEMO_REPOSITORY, opened.number)
      .comments.some(({ body }) => body.includes('Done'));
    return task.state !== 'completed' || (concluded && final);
  });
  const { calls, costUsd } = await readRecord(stack, sessionId);
  say(`libSQL has the session, its task, ${calls} tool calls and $${costUsd.toFixed(4)} of usage`);
  const pull = (await github.pulls(DEMO_REPOSITORY))[0];
  const comment = github.issue(DEMO_REPOSITORY, opened.number).comments.at(-1);
  const check = github.checkRuns(DEMO_REPOSITORY).at(-1);
  say(
    `tracking comment: ${comment?.edits.length ?? 0} versions; check run: ${check?.status} ${check?.conclusion ?? ''}`,
  );
  if (pull !== undefined) {
    say(`pull request #${pull.number} "${pull.title}" by ${pull.author}, ${pull.base} ← ${pull.head}\n`);
    console.log(await github.diff(DEMO_REPOSITORY, pull.base, pull.head));
  }
  return task;
}

/** What programs find in the record. It may lag by a moment, so it is asked until the cost is there. */
async function readRecord({ api }: Stack, sessionId: string): Promise<{ calls: number; costUsd: number }> {
  const deadline = performance.now() + RECORD_DEADLINE_MS;
  for (;;) {
    const { items } = await api.get('/api/sessions', sessionPageSchema);
    const costUsd = items.find(({ id }) => id === sessionId)?.costUsd ?? 0;
    const logs = await api.get(`/api/sessions/${sessionId}/logs`, commandLogPageSchema);
    if (costUsd > 0 && logs.items.every(({ status }) => status !== 'running')) {
      return { calls: logs.items.length, costUsd };
    }
    if (performance.now() > deadline) throw new Error('The rows did not reach libSQL in time.');
    await sleep(50);
  }
}

/** Prints the session's events as they happen until its task is over. */
async function untilTaskEnds(
  url: string,
  headers: Record<string, string>,
  sessionId: string,
): Promise<TaskView> {
  const { promise, resolve, reject } = Promise.withResolvers<TaskView>();
  const deadline = setTimeout(() => reject(new Error('The task did not end in time.')), TASK_DEADLINE_MS);
  let after = 0;
  let stopped = false;
  let watch = { close: () => {} };
  const connect = (): void => {
    watch = watchSession(url, headers, sessionId, {
      after,
      onEvents(events) {
        for (const event of events) {
          after = event.id;
          const line = narrate(event);
          if (line !== null) say(line);
        }
      },
      onTasks(tasks) {
        const task = tasks.find(({ state }) => isTerminal(state));
        if (task !== undefined) resolve(task);
      },
      // Until the handler has made the session there is nothing to watch.
      onClose: () => {
        if (!stopped) setTimeout(connect, 50);
      },
    });
  };
  connect();
  try {
    return await promise;
  } finally {
    stopped = true;
    clearTimeout(deadline);
    watch.close();
  }
}

process.exitCode = await main();
