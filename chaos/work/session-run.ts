import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LoggedEvent } from '../../protocol/events.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import { githubConversationKey, sessionIdOf, taskIdOf } from '../../protocol/ids.ts';
import type { FollowUp, SessionPlan } from '../plan/plan-round.ts';
import { AUTHOR, BOT_NAME, type ChaosWorld } from '../world/start-world.ts';
import { mentionOf, type Places, repositoryOf, sessionBodyOf } from './ask.ts';
import { type CallerDeps, callUntilAnswered } from './caller.ts';
import { startViewer, type Viewer } from './viewer.ts';

export type SessionRun = {
  plan: SessionPlan;
  /** Known for a mention when the issue is there; for the API when it has answered. */
  sessionId: string | null;
  issue: { repository: string; number: number } | null;
  viewers: Viewer[];
  /** Texts that were said to the running task, each exactly once. */
  said: string[];
  /** Somebody asked for its end. */
  endAsked: boolean;
  /** Everything that was to be asked was asked and answered. */
  done: Promise<void>;
  close(): void;
};

export type SessionRunDeps = {
  world: ChaosWorld;
  /** Ends what still waits for an answer. */
  signal: AbortSignal;
  onEvent: (run: SessionRun, event: LoggedEvent) => void;
};

/** Asks for a session as planned, watches it, and says to it what is planned to be said. */
export function startSessionRun(plan: SessionPlan, deps: SessionRunDeps): SessionRun {
  const run: SessionRun = {
    plan,
    sessionId: null,
    issue: null,
    viewers: [],
    said: [],
    endAsked: false,
    done: Promise.resolve(),
    close() {
      for (const viewer of run.viewers) viewer.close();
    },
  };
  run.done = begin(run, deps);
  run.done.catch(() => {});
  return run;
}

async function begin(run: SessionRun, deps: SessionRunDeps): Promise<void> {
  const startedAt = performance.now();
  run.sessionId = await ask(run, deps);
  run.viewers.push(watch(run, deps, run.plan.viewerDropsEveryMs));
  await Promise.all(
    run.plan.followUps.map(async (followUp) => {
      const waitMs = startedAt + followUp.afterMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: deps.signal });
      await carryOut(run, followUp, deps);
    }),
  );
}

function caller({ world, signal }: SessionRunDeps): CallerDeps {
  return { url: world.visitors.url, headers: world.api.headers, signal };
}

function watch(run: SessionRun, deps: SessionRunDeps, dropsEveryMs: number | null): Viewer {
  const { world, onEvent } = deps;
  return startViewer({
    url: world.visitors.url,
    headers: world.api.headers,
    sessionId: run.sessionId ?? '',
    dropsEveryMs,
    onEvent: run.viewers.length === 0 ? (event) => onEvent(run, event) : undefined,
  });
}

async function ask(run: SessionRun, deps: SessionRunDeps): Promise<string> {
  const { plan } = run;
  const { github } = deps.world;
  if (plan.door === 'mention') {
    const repository = repositoryOf(plan);
    const issue = { repo: repository, author: AUTHOR, title: plan.nonce, body: mentionOf(plan) };
    const { number } = await github.openIssue(issue);
    run.issue = { repository, number };
    return sessionIdOf(githubConversationKey(github.repositoryId(repository), number));
  }
  if (plan.door === 'api_local') await mkdir(join(deps.world.foldersDir, plan.nonce), { recursive: true });
  const body = sessionBodyOf(plan, placesOf(deps.world));
  const call = { method: 'POST', path: '/api/sessions', body, idempotencyKey: plan.nonce } as const;
  const result = await callUntilAnswered(caller(deps), call, sessionAnswerSchema);
  if (result.status === 'ok') return result.answer.session.id;
  throw new Error(`The session ${plan.nonce} was refused: ${result.code}: ${result.detail}`);
}

function placesOf({ github, localRepository, foldersDir }: ChaosWorld): Places {
  const repository = (name: string) => ({
    id: github.repositoryId(name),
    cloneUrl: github.cloneUrl(name),
    htmlUrl: `${github.url}/${github.owner}/${name}`,
  });
  return { localRepository, foldersDir, repository };
}

async function carryOut(run: SessionRun, { what }: FollowUp, deps: SessionRunDeps): Promise<void> {
  const sessionId = run.sessionId ?? '';
  const { nonce } = run.plan;
  switch (what) {
    case 'second_viewer':
      run.viewers.push(watch(run, deps, null));
      return;
    case 'message': {
      const text = `more for ${nonce}`;
      run.said.push(text);
      return say(run, text, deps);
    }
    case 'cancel':
    case 'stop': {
      run.endAsked = true;
      const path = `/api/tasks/${taskIdOf(sessionId, 1)}/${what}`;
      // Too late is an answer as well; a mention that is still on its way has no task yet.
      await callUntilAnswered(caller(deps), { method: 'POST', path, body: {} }, z.unknown());
      return;
    }
  }
}

async function say(run: SessionRun, text: string, deps: SessionRunDeps): Promise<void> {
  const { github } = deps.world;
  if (run.issue !== null) {
    const { repository: repo, number } = run.issue;
    await github.commentOnIssue({
      repo,
      number,
      author: AUTHOR,
      body: `@${BOT_NAME} --label stand-in ${text}`,
    });
    return;
  }
  const path = `/api/sessions/${run.sessionId}/messages`;
  const call = { method: 'POST', path, body: { text }, idempotencyKey: `${run.plan.nonce}-said` } as const;
  await callUntilAnswered(caller(deps), call, z.unknown());
}
