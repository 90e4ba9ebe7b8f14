import { useMemo } from 'preact/hooks';
import { whenLoaded } from './when-loaded.ts';

const markdown = whenLoaded(async () => import('./render-markdown.tsx'));

/** Longer than this is no conversation but a paste, and parsing it would be felt. */
const MAX_MARKDOWN_CHARS = 100_000;

/** What somebody said, as Markdown once the script for that is there, and as plain text before. */
export function SaidText({ text }: { text: string }) {
  const render = text.length > MAX_MARKDOWN_CHARS ? null : (markdown()?.renderMarkdown ?? null);
  // The same elements again while the text is the same: rows are drawn anew while the page scrolls.
  const rendered = useMemo(() => render?.(text) ?? null, [render, text]);
  return rendered === null ? <p class="plain">{text}</p> : <>{rendered}</>;
}
