import type { Annotation } from '../protocol/gates.ts';

/** What a step writes, in order. Texts are neutral by then: none of them is a command. */
export type StepOutput =
  | { type: 'line'; text: string }
  | { type: 'group'; title: string }
  | { type: 'end_group' }
  | { type: 'annotation'; annotation: Annotation; title: string };

export const line = (text: string): StepOutput => ({ type: 'line', text });
