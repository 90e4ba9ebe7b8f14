import { projectSchema } from '../../protocol/projects.ts';
import { promptSchema } from '../../protocol/prompts.ts';
import type { AccountParts } from './account-parts.ts';
import { AnswerDesk } from './answers/answer-desk.ts';
import { AttentionDesk } from './attention/attention-desk.ts';
import { AuditDesk } from './audit/audit-desk.ts';
import { BudgetsDesk } from './budgets/budgets-desk.ts';
import { CatalogDesk } from './catalog/catalog-desk.ts';
import { GitHubAppDesk } from './github-app/github-app-desk.ts';
import { KeyDesk } from './keys/key-desk.ts';
import { MetricsDesk } from './metrics/metrics-desk.ts';
import { MemberDesk } from './people/member-desk.ts';
import { PersonDesk } from './people/person-desk.ts';
import { ScheduleDesk } from './schedules/schedule-desk.ts';
import { SettingsDesk } from './settings/settings-desk.ts';
import { ShareDesk } from './shares/share-desk.ts';
import { TaskNameDesk } from './task-names/task-name-desk.ts';
import { WebhookDesk } from './webhooks/webhook-desk.ts';

/**
 * The matters that an account decides about. A desk's public methods are what others may ask of it; names of deadlines
 * begin with the desk's own.
 */
export function openDesks(parts: AccountParts) {
  const settings = new SettingsDesk(parts);
  const metrics = new MetricsDesk(parts);
  const webhooks = new WebhookDesk(parts, metrics);
  metrics.addSource(() => webhooks.samples());
  const audit = new AuditDesk(parts);
  const schedules = new ScheduleDesk(parts, { webhooks, audit });
  return {
    attention: new AttentionDesk(parts, webhooks, schedules),
    audit,
    githubApp: new GitHubAppDesk(parts),
    keys: new KeyDesk(parts),
    members: new MemberDesk(parts),
    metrics,
    webhooks,
    person: new PersonDesk(parts),
    shares: new ShareDesk(parts),
    settings,
    answers: new AnswerDesk(parts),
    taskNames: new TaskNameDesk(parts),
    budgets: new BudgetsDesk(parts, settings),
    prompts: new CatalogDesk(parts, 'prompts', promptSchema),
    projects: new CatalogDesk(parts, 'projects', projectSchema),
    schedules,
  };
}
export type Desks = ReturnType<typeof openDesks>;

/** What a desk with deadlines answers when one is due. */
export type Watchful = { onDeadline(name: string): void | Promise<void> };

/** A desk as it looks from outside of the object. */
export type Remote<Desk> = {
  [Name in keyof Desk as Desk[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: Desk[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};
export type RemoteDesks = { [Name in keyof Desks]: Remote<Desks[Name]> };
