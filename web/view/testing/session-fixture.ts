import { vi } from 'vitest';
import type { z } from 'zod';
import { attentionListSchema } from '../../../protocol/attention.ts';
import type { SessionEvent } from '../../../protocol/events.ts';
import { sessionAnswerSchema } from '../../../protocol/http.ts';
import { type SessionView, sessionViewSchema } from '../../../protocol/session.ts';
import { type TaskView, taskViewSchema } from '../../../protocol/task.ts';
import { taskOptionsSchema } from '../../../protocol/task-options.ts';
import { NO_USAGE } from '../../../protocol/usage.ts';
import { toViewerSchema } from '../../../protocol/viewer-socket.ts';
import { createApi } from '../../model/api.ts';
import { createSessionModel, type SessionModel } from '../../model/session-model.ts';

export const SESSION_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

export const SESSION: SessionView = sessionViewSchema.parse({
  id: SESSION_ID,
  key: `api:${SESSION_ID}`,
  account: 'local',
  title: 'Mend the door',
  source: 'api',
  workspace: { type: 'local', path: '/home/mona/shop' },
  status: 'active',
  branch: null,
  url: null,
  claudeSessionId: null,
  taskCount: 1,
  lastEventId: 0,
  createdAt: 0,
  updatedAt: 0,
  assignee: null,
  labels: [],
  metadata: {},
});

export const TASK: TaskView = taskViewSchema.parse({
  id: `${SESSION_ID}.1`,
  number: 1,
  sessionId: SESSION_ID,
  state: 'running',
  stateSince: 0,
  request: 'Say hello',
  source: 'github',
  requester: { login: 'octocat', id: 1, name: null, email: null },
  options: taskOptionsSchema.parse({}),
  epoch: 1,
  runnerId: null,
  runnerName: 'desk',
  usage: NO_USAGE,
  branch: null,
  commitSha: null,
  pullRequest: null,
  summary: null,
  failure: null,
  rescueRef: null,
  createdAt: 0,
  startedAt: 0,
  endedAt: null,
});

export type Asked = { method: string; path: string; body: unknown };

/** What the Worker answers, and the schema by which it promised to. */
export type Answer = { schema: z.ZodType; value: unknown };

export type TestSession = {
  model: SessionModel;
  /** What was asked for besides what a page asks for by itself. */
  asked: Asked[];
  /** The session as its viewers get it. */
  shows(shown: { session?: SessionView; tasks?: readonly TaskView[] }): void;
  /** Events in the order of the log, which numbers them. */
  happens(...events: SessionEvent[]): void;
  /** The socket drops. */
  drops(): void;
};

/**
 * The page's own model of one session, before a Worker that answers so (by method and path). Frames and answers are
 * checked by the schemas of the protocol, so that nothing is tested that the Worker can't send.
 */
export function openTestSession(answers: Readonly<Record<string, Answer>> = {}): TestSession {
  const asked: Asked[] = [];
  const sockets: FakeSocket[] = [];
  vi.stubGlobal('WebSocket', socketClass(sockets));
  const fetchFn: typeof fetch = async (input, init) => {
    const method = init?.method ?? 'GET';
    const path = String(input);
    const name = `${method} ${path}`;
    if (!path.startsWith('/api/attention')) {
      asked.push({ method, path, body: typeof init?.body === 'string' ? JSON.parse(init.body) : null });
    }
    const answer = { ...OF_EVERY_PAGE, ...answers }[name] ?? OF_EVERY_PAGE[name.replace(/\?.*/, '')];
    if (answer === undefined) throw new TypeError(`The test's Worker knows no answer to ${name}`);
    return Response.json(answer.schema.parse(answer.value));
  };
  const model = createSessionModel(SESSION_ID, {
    api: createApi(fetchFn),
    location: window.location,
    document: window.document,
    onSignedOut: () => undefined,
  });
  let lastId = 0;
  const send = (frame: unknown): void => {
    sockets.at(-1)?.onmessage?.({ data: JSON.stringify(toViewerSchema.parse(frame)) });
  };
  return {
    model,
    asked,
    shows: ({ session = SESSION, tasks = [TASK] }) =>
      send({ type: 'snapshot', session, tasks, messages: [] }),
    happens(...events) {
      const logged = events.map((event) => {
        lastId += 1;
        return { id: lastId, at: lastId, taskId: TASK.id, event };
      });
      send({ type: 'events', events: logged });
    },
    drops: () => sockets.at(-1)?.onclose?.(),
  };
}

/** A page asks for it by itself. */
const OF_EVERY_PAGE: Readonly<Record<string, Answer>> = {
  'GET /api/attention': { schema: attentionListSchema, value: { items: [], more: false } },
  [`GET /api/sessions/${SESSION_ID}`]: {
    schema: sessionAnswerSchema,
    value: { session: SESSION, tasks: [TASK] },
  },
};

type FakeSocket = {
  onmessage: ((message: { data: string }) => void) | null;
  onclose: (() => void) | null;
};

/** A network without a network: what is sent to it goes nowhere. */
function socketClass(sockets: FakeSocket[]) {
  return class implements FakeSocket {
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly readyState = 1;
    onmessage: FakeSocket['onmessage'] = null;
    onclose: FakeSocket['onclose'] = null;
    constructor() {
      sockets.push(this);
    }
    send(): void {}
    close(): void {}
  };
}
