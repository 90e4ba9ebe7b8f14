import type { AccountKey } from '../../protocol/ids.ts';

/** The App as GitHub describes it to itself. */
export type AppDescription = {
  slug: string;
  htmlUrl: string;
  installations: { id: number; account: AccountKey; login: string; suspended: boolean }[];
};

export type InstalledAccount = {
  account: AccountKey;
  login: string;
  /** A webhook of the installation has arrived. */
  isHeard: boolean;
  /** Names of its runners that are connected now, and how many there are in all. */
  online: string[];
  runners: number;
  /** `owner/name` of one that the App may use. */
  repository: string | null;
  /** The first session that came of a mention. */
  sessionId: string | null;
};

/** What the set-up has come to. */
export type SetupFacts = {
  publicUrl: string;
  botName: string;
  source: 'settings' | 'stored' | 'none';
  /** Null: there is no App, or GitHub did not describe it. */
  app: AppDescription | null;
  /** Why GitHub did not describe the App. */
  trouble: string | null;
  accounts: InstalledAccount[];
};

export type StepId = 'app' | 'install' | 'webhook' | 'runner' | 'mention';
export type Step = { id: StepId; title: string; status: 'done' | 'now' | 'later' };

const TITLES: Record<StepId, string> = {
  app: 'Create the GitHub App',
  install: 'Install it',
  webhook: 'Hear from GitHub',
  runner: 'Add a runner',
  mention: 'Mention it',
};

/** Which steps are done. The first that is not is the one to do now; a step counts wherever one account has done it. */
export function setupSteps({ source, app, accounts }: SetupFacts): Step[] {
  const some = (has: (account: InstalledAccount) => boolean) => accounts.some(has);
  const done: Record<StepId, boolean> = {
    app: source !== 'none',
    install: (app?.installations ?? []).some(({ suspended }) => !suspended) || some(({ isHeard }) => isHeard),
    webhook: some(({ isHeard }) => isHeard),
    runner: some(({ online }) => online.length > 0),
    mention: some(({ sessionId }) => sessionId !== null),
  };
  const ids: StepId[] = ['app', 'install', 'webhook', 'runner', 'mention'];
  const next = ids.find((id) => !done[id]);
  return ids.map((id) => ({
    id,
    title: TITLES[id],
    status: done[id] ? 'done' : id === next ? 'now' : 'later',
  }));
}
