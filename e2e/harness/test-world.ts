import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommentView } from '../../doubles/github/inspect.ts';
import { type DemoWorld, type DemoWorldOptions, startDemoWorld } from '../../local/demo/demo-world.ts';
import type { LoggedEvent } from '../../protocol/events.ts';
import {
  type DeliveryView,
  deliveryPageSchema,
  eventPageSchema,
  type SessionAnswer,
  sessionAnswerSchema,
} from '../../protocol/http.ts';
import { githubConversationKey, sessionIdOf } from '../../protocol/ids.ts';
import type { TaskView } from '../../protocol/task.ts';
import { isTerminal, type TaskState } from '../../protocol/task-state.ts';
import { until } from './until.ts';

export const REPO = 'hello-station';
const EVENTS_A_PAGE = 500;

/** A server of one's own that allows ten times as much: a comment is edited each second, not every ten. */
export const GENEROUS_WRITES_AN_HOUR = 5_000;

export type TestWorld = DemoWorld & {
  dataDir: string;
  sessionOf(issueNumber: number): string;
  session(sessionId: string): Promise<SessionAnswer>;
  /** Mona's pull request of a new branch that changes these files. @returns its number */
  openPull(branch: string, files?: Record<string, string>): Promise<number>;
  /** Waits until a task has ended, in whatever way. */
  ended(sessionId: string, taskNumber?: number): Promise<TaskView>;
  inState(sessionId: string, state: TaskState, taskNumber?: number): Promise<TaskView>;
  events(sessionId: string): Promise<LoggedEvent[]>;
  deliveries(): Promise<DeliveryView[]>;
  /** The App's own comments on an issue. */
  botComments(issueNumber: number): CommentView[];
  log(part: 'worker' | 'runner' | 'libsql'): Promise<string>;
  close(): Promise<void>;
};

/** The whole product with doubles for GitHub and the model, in a temporary folder of its own. */
export async function createTestWorld(options: Partial<DemoWorldOptions> = {}): Promise<TestWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-e2e-'));
  const world = await startDemoWorld({
    dataDir,
    ...options,
    github: {
      owner: { login: 'station-works', type: 'Organization' },
      repositories: [{ name: REPO, files: { 'README.md': '# hello-station\n', 'src/greet.js': GREET } }],
      users: [
        { login: 'mona', permission: 'write' },
        { login: 'passer-by', permission: 'read' },
      ],
      ...options.github,
    },
  });
  return { ...world, dataDir, ...lookInto(world, dataDir) };
}

const GREET = "export function greet(name) {\n  return 'Hello, ' + name + '!';\n}\n";

function lookInto(world: DemoWorld, dataDir: string) {
  const { github, stack } = world;
  const session = (sessionId: string) => stack.api.get(`/api/sessions/${sessionId}`, sessionAnswerSchema);
  const task = async (sessionId: string, number: number, fits: (task: TaskView) => boolean) => {
    const found = (await session(sessionId)).tasks.find((each) => each.number === number);
    return found !== undefined && fits(found) ? found : null;
  };
  return {
    session,
    async openPull(branch: string, files: Record<string, string> = { [`${branch}.txt`]: 'a\n' }) {
      await github.pushCommit({ repo: REPO, author: 'mona', branch, from: 'main', files });
      const pull = { repo: REPO, author: 'mona', head: branch, title: branch };
      return (await github.openPullRequest(pull)).number;
    },
    sessionOf: (issueNumber: number) =>
      sessionIdOf(githubConversationKey(github.repositoryId(REPO), issueNumber)),
    ended: (sessionId: string, number = 1) =>
      until(`task ${number} ends`, () => task(sessionId, number, ({ state }) => isTerminal(state))),
    inState: (sessionId: string, state: TaskState, number = 1) =>
      until(`task ${number} is ${state}`, () => task(sessionId, number, (each) => each.state === state)),
    async events(sessionId: string): Promise<LoggedEvent[]> {
      const all: LoggedEvent[] = [];
      for (;;) {
        const path = `/api/sessions/${sessionId}/events?after=${all.at(-1)?.id ?? 0}&limit=${EVENTS_A_PAGE}`;
        const { events } = await stack.api.get(path, eventPageSchema);
        if (events.length === 0) return all;
        all.push(...events);
      }
    },
    deliveries: async () => (await stack.api.get('/api/deliveries', deliveryPageSchema)).items,
    botComments: (issueNumber: number) =>
      github.issue(REPO, issueNumber).comments.filter(({ author }) => author === github.app.botLogin),
    log: (part: string) => readFile(join(dataDir, 'logs', `${part}.log`), 'utf8'),
    async close() {
      await world.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
