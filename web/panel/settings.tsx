import type { App as AppModel } from '../model/app.ts';
import { SchedulesPage } from './schedules.tsx';

type Props = {
  app: AppModel;
  /** As the address has it; null: none is named. */
  section: string | null;
};

/** What people set up. */
export function SettingsPage({ app, section }: Props) {
  return (
    <>
      {section === null && <h1>Settings</h1>}
      <nav aria-label="Settings">
        <a href="/settings/schedules" aria-current={section === 'schedules' ? 'page' : undefined}>
          Schedules
        </a>
      </nav>
      {section === 'schedules' && <SchedulesPage api={app.api} onSignedOut={app.onSignedOut} />}
    </>
  );
}
