import { createKeptChoice, type KeptChoice } from './kept-choice.ts';

export type ShortcutChoice = KeptChoice<'on' | 'off'>;

/** Whether single letters and signs do something: whoever speaks to a computer sets them off by talking (WCAG 2.1.4). */
export function createShortcutChoice(window: Window): ShortcutChoice {
  const { dataset } = window.document.documentElement;
  return createKeptChoice(window, 'signalbox-shortcuts', ['on', 'off'], (choice) => {
    dataset.shortcuts = choice;
  });
}

export const areShortcutsOff = ({ documentElement }: Document): boolean =>
  documentElement.dataset.shortcuts === 'off';
