import { useEffect, useRef } from 'preact/hooks';
import { SHORTCUTS } from '../model/shortcuts.ts';
import { THEMES, type Theme, type ThemeChoice } from '../model/theme.ts';

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: 'As the system has it',
  light: 'Light',
  dark: 'Dark',
};

/** The keys, and how the page looks. */
export function Help({ theme, onClose }: { theme: ThemeChoice; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="keys">
        {SHORTCUTS.map(({ keys, what }) => (
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
      <label>
        Colours
        <select
          value={theme.theme.value}
          onChange={(event) => {
            const { value } = event.currentTarget;
            theme.choose(THEMES.find((one) => one === value) ?? 'system');
          }}
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
