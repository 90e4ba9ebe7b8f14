import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../model/app.ts';
import { SHORTCUTS } from '../model/shortcuts.ts';
import { THEMES, type Theme } from '../model/theme.ts';

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: 'As the system has it',
  light: 'Light',
  dark: 'Dark',
};

type Props = { app: Pick<App, 'theme' | 'shortcuts' | 'signIn'>; onClose: () => void };

/** The keys, whether they are followed, and how the page looks. */
export function Help({ app: { theme, shortcuts, signIn }, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const isIn = signIn.value.status === 'in';
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="keys">
        {SHORTCUTS.filter(({ reads }) => isIn || reads === true).map(({ keys, what }) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">They do nothing while you type.</p>
      <label class="check">
        <input
          type="checkbox"
          checked={shortcuts.chosen.value === 'on'}
          onChange={({ currentTarget }) => shortcuts.choose(currentTarget.checked ? 'on' : 'off')}
        />
        Single letters and signs are shortcuts
      </label>
      <label>
        Colours
        <select
          value={theme.chosen.value}
          onChange={({ currentTarget: { value } }) =>
            theme.choose(THEMES.find((one) => one === value) ?? 'system')
          }
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {THEME_NAMES[one]}
            </option>
          ))}
        </select>
      </label>
      <p class="actions">
        <button type="button" class="main" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
