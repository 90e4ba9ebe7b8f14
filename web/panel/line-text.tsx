import type { DiffLine } from '../model/parse-patch.ts';
import { type CodeToken, LineTokens } from '../view/code.tsx';

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−' };

type Props = { line: DiffLine | null; tokens: readonly CodeToken[] | undefined; span: number };

/** The text of a line, its sign before it; nothing where the other side alone has one. */
export function LineText({ line, tokens, span }: Props) {
  if (line === null) return <td class="none" colSpan={span} />;
  return (
    <td class={`line-text ${line.kind}`} colSpan={span}>
      <span class="sign">{SIGNS[line.kind]}</span>
      {tokens === undefined ? line.text : <LineTokens tokens={tokens} />}
    </td>
  );
}
