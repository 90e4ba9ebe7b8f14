import type { App as AppModel } from '../model/app.ts';
import type { Route } from '../model/route.ts';
import { Icon, type IconName } from './icon.tsx';

type Place = { page: Route['page']; href: string; label: string; icon: IconName };

const PLACES: readonly Place[] = [
  { page: 'now', href: '/', label: 'Now', icon: 'now' },
  { page: 'history', href: '/history', label: 'History', icon: 'history' },
  { page: 'new', href: '/new', label: 'New task', icon: 'new' },
  { page: 'insights', href: '/insights', label: 'Insights', icon: 'insights' },
  { page: 'settings', href: '/settings', label: 'Settings', icon: 'settings' },
];

/** The ways to every page: a rail beside the content, a bar below it on phones. */
export function Navigation({ app, onHelp }: { app: AppModel; onHelp: () => void }) {
  const here = app.route.value.page;
  const stuck = app.attention.items.value?.length ?? 0;
  return (
    <nav class="rail" aria-label="Pages">
      <a href="/" class="brand" aria-label="Signalbox">
        <img src="/icon.svg" alt="" width="28" height="28" />
      </a>
      <ul>
        {PLACES.map(({ page, href, label, icon }) => (
          <li key={page}>
            <a href={href} aria-current={here === page ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
            </a>
          </li>
        ))}
        {stuck > 0 && (
          <li>
            <a href="/attention" aria-current={here === 'attention' ? 'page' : undefined} class="stuck-link">
              <Icon name="stuck" />
              <span>
                Stuck<span class="aloud">: needs attention</span> {stuck}
              </span>
            </a>
          </li>
        )}
      </ul>
      <HelpButton onHelp={onHelp} />
    </nav>
  );
}

export function HelpButton({ onHelp }: { onHelp: () => void }) {
  return (
    <button
      type="button"
      class="plain help-button"
      aria-label="Keyboard shortcuts and colours"
      onClick={onHelp}
    >
      ?
    </button>
  );
}
