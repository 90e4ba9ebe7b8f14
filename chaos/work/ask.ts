import { join } from 'node:path';
import type { SessionPlan } from '../plan/plan-round.ts';
import { LABELS, OWNER, REPOSITORIES } from '../world/start-world.ts';

/** A task whose Claude never gives a result ends by its time; a quarter of a minute is long beside its work. */
const HANGING_MINUTES = 0.4;
const MINUTES = 10;

/** The request in the words that the stand-in, or the scripted model, takes as an order. */
export function requestOf({ nonce, real, script }: SessionPlan): string {
  if (real) return `please do ${nonce}: [[write:${nonce}.txt|${nonce}]]`;
  const { lines, everyMs, tool, behaviour } = script;
  return `please do ${nonce}: [[work:name=${nonce} lines=${lines} every=${everyMs} tool=${tool ? 1 : 0} behave=${behaviour}]]`;
}

const labelOf = ({ real }: SessionPlan) => (real ? LABELS.real : LABELS.standIn);
const minutesOf = ({ script }: SessionPlan) =>
  script.behaviour === 'hang_before' ? HANGING_MINUTES : MINUTES;

/** The same request as a comment on GitHub. */
export function mentionOf(plan: SessionPlan): string {
  return `@signalbox --label ${labelOf(plan)} --minutes ${minutesOf(plan)} ${requestOf(plan)}`;
}

export function repositoryOf({ nonce }: SessionPlan): string {
  const sum = [...nonce].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return REPOSITORIES[sum % REPOSITORIES.length] ?? REPOSITORIES[0];
}

export type Places = {
  localRepository: string;
  foldersDir: string;
  repository: (name: string) => { id: number; cloneUrl: string; htmlUrl: string };
};

/** The same request as a call of the API. */
export function sessionBodyOf(plan: SessionPlan, places: Places): object {
  return {
    workspace: workspaceOf(plan, places),
    title: plan.nonce,
    prompt: requestOf(plan),
    options: { labels: [labelOf(plan)], maxMinutes: minutesOf(plan) },
  };
}

function workspaceOf(plan: SessionPlan, { localRepository, foldersDir, repository }: Places): object {
  switch (plan.door) {
    case 'api_local':
      return { type: 'local', path: join(foldersDir, plan.nonce) };
    case 'api_worktree':
      return { type: 'worktree', path: localRepository };
    default: {
      const name = repositoryOf(plan);
      return {
        type: 'github',
        repository: { ...repository(name), owner: OWNER, name, defaultBranch: 'main', private: true },
        ref: { kind: 'branch', base: 'main' },
      };
    }
  }
}
