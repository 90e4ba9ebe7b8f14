import { type Signal, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'signalbox-theme';

export type ThemeChoice = { theme: Signal<Theme>; choose(theme: Theme): void };

/** Light, dark, or as the system has it; kept in this browser. */
export function createTheme(window: Window): ThemeChoice {
  const theme = signal<Theme>(read(window));
  const apply = () => {
    const { dataset } = window.document.documentElement;
    if (theme.value === 'system') delete dataset.theme;
    else dataset.theme = theme.value;
  };
  apply();
  return {
    theme,
    choose(next) {
      theme.value = next;
      apply();
      try {
        window.localStorage.setItem(KEY, next);
      } catch {
        // A browser that keeps nothing still shows it.
      }
    },
  };
}

function read(window: Window): Theme {
  try {
    const kept = window.localStorage.getItem(KEY);
    return THEMES.find((one) => one === kept) ?? 'system';
  } catch {
    return 'system';
  }
}
