import type { ComponentChildren } from 'preact';
import type { CutText } from '../../protocol/events.ts';
import { partOf, type Reading } from '../model/reading.ts';
import { CodeTokens } from './code.tsx';

/** What a reader takes in without wanting to fold it. */
const MAX_CHARS = 4_000;
const MAX_LINES = 40;

/** The beginning of a text, up to a line's end; null when all of it is short enough to be shown. */
function beginningOf(text: string): string | null {
  let end = -1;
  for (let line = 0; line < MAX_LINES; line += 1) {
    end = text.indexOf('\n', end + 1);
    if (end === -1 || end > MAX_CHARS) break;
  }
  if (end !== -1 && end <= MAX_CHARS) return end >= text.length - 1 ? null : text.slice(0, end);
  if (text.length <= MAX_CHARS) return null;
  const lastLine = text.lastIndexOf('\n', MAX_CHARS);
  return text.slice(0, lastLine > 0 ? lastLine : MAX_CHARS);
}

type WholeProps = {
  text: string;
  id: number;
  reading: Reading;
  children: (text: string) => ComponentChildren;
};

/** A text, or its beginning with a button for the rest. */
export function Whole({ text, id, reading, children }: WholeProps) {
  const beginning = beginningOf(text);
  const part = partOf(id, 'whole');
  const isWhole = reading.unfolded.value.has(part);
  if (beginning === null) return <>{children(text)}</>;
  return (
    <>
      {children(isWhole ? text : beginning)}
      <button type="button" class="plain small" aria-expanded={isWhole} onClick={() => reading.toggle(part)}>
        {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
      </button>
    </>
  );
}

type OutputProps = { text: CutText; id: number; reading: Reading; language?: string };

/** Text of a tool, as it is. */
export function Output({ text, id, reading, language = '' }: OutputProps) {
  return (
    <>
      <Whole text={text.text} id={id} reading={reading}>
        {(shown) => (
          <pre>
            <CodeTokens text={shown} language={language} />
          </pre>
        )}
      </Whole>
      {text.cut && (
        <p class="quiet">
          Cut: {text.bytes.toLocaleString()} bytes in all.
          {text.kept !== undefined && (
            <>
              {' '}
              The runner keeps the whole in its data folder: <code>{text.kept}</code>
            </>
          )}
        </p>
      )}
    </>
  );
}
