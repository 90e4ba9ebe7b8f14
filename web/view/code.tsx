import { whenLoaded } from './when-loaded.ts';

const highlighter = whenLoaded(async () => import('./highlight.ts'));

/** A block of code, in colours once the script for that is there. Neither its words nor its lines change with them. */
export function Code({ text, language }: { text: string; language: string }) {
  return (
    <pre class="code">
      <code>
        <CodeTokens text={text} language={language} />
      </code>
    </pre>
  );
}

/** The same without a block around it. */
export function CodeTokens({ text, language }: { text: string; language: string }) {
  const lines = highlighter()?.highlight(text, language) ?? null;
  if (lines === null) return <>{text}</>;
  return (
    <>
      {lines.map((tokens, index) => (
        <LineTokens key={index} tokens={index === 0 ? tokens : [{ text: '\n', kind: null }, ...tokens]} />
      ))}
    </>
  );
}

export type CodeToken = { text: string; kind: string | null };

export function LineTokens({ tokens }: { tokens: readonly CodeToken[] }) {
  return (
    <>
      {tokens.map(({ text, kind }, index) =>
        kind === null ? (
          text
        ) : (
          <span key={index} class={`hl-${kind}`}>
            {text}
          </span>
        ),
      )}
    </>
  );
}

/** Each line of a text in its tokens; null where it has no colours (yet). */
export function highlightLines(text: string, language: string): CodeToken[][] | null {
  return highlighter()?.highlight(text, language) ?? null;
}
