import type { ComponentType } from 'preact';
import type { Role } from '../../protocol/access.ts';
import { SchedulesPage } from '../panel/schedules.tsx';
import { may, type ReachedAccount } from '../records/choose-account.ts';
import { AccountSection } from './account-section.tsx';
import { AuditSection } from './audit-section.tsx';
import { BudgetsSection } from './budgets-section.tsx';
import { DeliveriesSection } from './deliveries-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { MembersSection } from './members-section.tsx';
import { ProjectsSection } from './projects-section.tsx';
import { PromptsSection } from './prompts-section.tsx';
import { RunnersSection } from './runners-section.tsx';
import type { SectionProps } from './settings-context.ts';
import { SharesSection } from './shares-section.tsx';
import { WebhooksSection } from './webhooks-section.tsx';

export type Section = {
  /** In the address: `/settings/keys`. */
  id: string;
  label: string;
  /** The least role that sees something here. */
  needs: Role;
  /** A role in a single repository is enough. */
  ofRepositories?: true;
  Show: ComponentType<SectionProps>;
};

const SchedulesSection = ({ context: { api, onSignedOut, query, role } }: SectionProps) => (
  <SchedulesPage api={api} onSignedOut={onSignedOut} query={query} mayWrite={may(role, 'operator')} />
);

const SECTIONS: readonly Section[] = [
  { id: 'runners', label: 'Runners', needs: 'viewer', Show: RunnersSection },
  { id: 'keys', label: 'API keys', needs: 'admin', Show: KeysSection },
  { id: 'members', label: 'Members', needs: 'admin', Show: MembersSection },
  { id: 'schedules', label: 'Schedules', needs: 'viewer', Show: SchedulesSection },
  { id: 'prompts', label: 'Prompts', needs: 'viewer', Show: PromptsSection },
  { id: 'projects', label: 'Projects', needs: 'viewer', Show: ProjectsSection },
  { id: 'budgets', label: 'Budgets', needs: 'admin', Show: BudgetsSection },
  { id: 'shares', label: 'Share links', needs: 'operator', ofRepositories: true, Show: SharesSection },
  { id: 'webhooks', label: 'Webhooks', needs: 'admin', Show: WebhooksSection },
  { id: 'deliveries', label: 'Deliveries', needs: 'viewer', Show: DeliveriesSection },
  { id: 'audit', label: 'Audit log', needs: 'admin', Show: AuditSection },
  { id: 'account', label: 'Account', needs: 'viewer', Show: AccountSection },
];

/** What somebody may see: nothing is offered that the API would refuse him. */
export function sectionsFor({ role, bestRole }: ReachedAccount): Section[] {
  return SECTIONS.filter(({ needs, ofRepositories }) =>
    may(ofRepositories === true ? bestRole : role, needs),
  );
}
