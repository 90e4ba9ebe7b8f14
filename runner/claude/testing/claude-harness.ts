import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelEndpoint } from '../../../doubles/model/model-endpoint.ts';
import { startModelEndpoint } from '../../../doubles/model/model-endpoint.ts';
import type { RunnerEvent, RunnerEventType } from '../../../protocol/events.ts';
import { runnerEventSchema } from '../../../protocol/events.ts';
import { endProcessTree } from '../../process/end-process-tree.ts';
import type { DriverConfig } from '../create-driver.ts';
import { createClaudeDriver } from '../create-driver.ts';
import type { ClaudeConversation, ClaudeDriver, ClaudeSpec, TurnEnd, TurnOptions } from '../driver.ts';
import { DEFAULT_TOOL_POLICY } from '../tool-policy.ts';

/** Fast enough for a test, slow enough to be seen. */
const TEST_RETRY = { apiRetries: 2, firstDelayMs: 20, maxDelayMs: 40 };

export type Harness = {
  endpoint: ModelEndpoint;
  driver: ClaudeDriver;
  /** The worktree's stand-in, empty. */
  cwd: string;
  configDir: string;
  events: RunnerEvent[];
  spec(over?: Partial<ClaudeSpec>): ClaudeSpec;
  options(): TurnOptions;
  turn(conversation: ClaudeConversation, request: string, over?: Partial<TurnOptions>): Promise<TurnEnd>;
  /** Resolves with the first event of a type, now or later. */
  seen<T extends RunnerEventType>(type: T): Promise<Extract<RunnerEvent, { type: T }>>;
  of<T extends RunnerEventType>(type: T): Extract<RunnerEvent, { type: T }>[];
  close(): Promise<void>;
};

function isType<T extends RunnerEventType>(type: T) {
  return (event: RunnerEvent): event is Extract<RunnerEvent, { type: T }> => event.type === type;
}

/** A driver with a folder, a configuration and a scripted model of its own. `env` is the runner's environment. */
export async function createHarness(
  config: Partial<DriverConfig> = {},
  env: Record<string, string | undefined> = {},
): Promise<Harness> {
  const root = await mkdtemp(path.join(tmpdir(), 'signalbox-claude-'));
  const cwd = await mkdtemp(path.join(root, 'tree-'));
  const configDir = await mkdtemp(path.join(root, 'config-'));
  const endpoint = await startModelEndpoint();
  const driver = createClaudeDriver({
    dataDir: root,
    retry: TEST_RETRY,
    ...config,
    env: {
      PATH: process.env.PATH,
      HOME: configDir,
      LANG: 'C.UTF-8',
      CLAUDE_CONFIG_DIR: configDir,
      CLAUDE_CODE_TMPDIR: root,
      CLAUDE_CODE_MAX_RETRIES: '1',
      ANTHROPIC_BASE_URL: endpoint.url,
      ANTHROPIC_API_KEY: 'test-key',
      ...env,
    },
  });
  const events: RunnerEvent[] = [];
  const watchers: (() => void)[] = [];
  const emit = (event: RunnerEvent) => {
    events.push(runnerEventSchema.parse(event));
    for (const watcher of watchers.splice(0)) watcher();
  };
  const seen = async <T extends RunnerEventType>(type: T): Promise<Extract<RunnerEvent, { type: T }>> => {
    for (;;) {
      const found = events.find(isType(type));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => watchers.push(resolve));
    }
  };
  const options = (): TurnOptions => ({
    emit,
    clean: (_stream, text) => text,
    keepWhole: () => null,
    assignedAtMs: performance.now(),
    timeLimitMs: null,
    warnAfterMs: null,
  });
  return {
    endpoint,
    options,
    driver,
    cwd,
    configDir,
    events,
    seen,
    of: (type) => events.filter(isType(type)),
    spec: (over = {}) => ({
      sessionId: crypto.randomUUID(),
      resumeId: null,
      cwd,
      additionalDirectories: [],
      git: null,
      model: null,
      maxTurns: null,
      maxUsd: null,
      tools: DEFAULT_TOOL_POLICY,
      settingSources: ['user', 'project'],
      ...over,
    }),
    turn: (conversation, request, over = {}) =>
      conversation.turn({ request, context: null }, { ...options(), ...over }),
    async close() {
      const closing = driver.close();
      // A process that a test has to see end in order has ended by then; the others need not take their time.
      await endProcessTree([], { graceMs: 0, markedWith: root });
      await closing;
      await endpoint.close();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
