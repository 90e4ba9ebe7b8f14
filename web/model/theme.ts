import { createKeptChoice, type KeptChoice } from './kept-choice.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export type ThemeChoice = KeptChoice<Theme>;

/** Light, dark, or as the system has it. */
export function createTheme(window: Window): ThemeChoice {
  const { dataset } = window.document.documentElement;
  return createKeptChoice(window, 'signalbox-theme', THEMES, (theme) => {
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
  });
}
