/** Begins the hidden marker of everything we write; what carries it never triggers anything. */
export const HIDDEN_MARKER = '<!-- signalbox:';

/** Names one write, so that it can be found again when GitHub's answer to it was lost. */
export function markerOf(name: string): string {
  return `${HIDDEN_MARKER}${name.replaceAll('--', '-\u2010')} -->`;
}
