import {
  MAX_ANSWER_CHARS,
  PERMISSION_CHOICES,
  type QuestionItem,
  type QuestionReply,
  type QuestionView,
} from './questions.ts';

type Asked = Pick<QuestionView, 'kind' | 'items'>;
type Answer = Extract<QuestionReply, { type: 'answers' }>['answers'][number];

const YES = /^(?:y|yes|ok|okay|allow|allowed|approve)\b[\s.!]*$/i;
const ALWAYS = /^(?:always|allow (?:always|for this task|all))\b[\s.!]*$/i;
const NO = /^(?:n|no|deny|denied|reject)\b[\s.,:!]*/i;

/**
 * Reads an answer out of a text that somebody wrote. The number or the words of a choice stand for the choice;
 * several of them are divided by commas; anything else is an answer in his own words. Several questions are answered
 * line by line. Null: it answers nothing, such as a remark beside a permission.
 */
export function readReply({ kind, items }: Asked, text: string): QuestionReply | null {
  const said = text.trim();
  if (said === '') return null;
  if (kind === 'permission') return readPermission(said);
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const answers =
    items.length > 1 && lines.length === items.length
      ? items.map((item, index) => readAnswer(item, withoutNumber(lines[index] ?? '', index + 1)))
      : items.map((item) => readAnswer(item, said));
  return { type: 'answers', answers };
}

function readPermission(said: string): QuestionReply | null {
  const { once, always, deny } = PERMISSION_CHOICES;
  const label = [once, always, deny].find((one) => one.toLowerCase() === said.toLowerCase());
  const number = /^[123]$/.test(said) ? [once, always, deny][Number(said) - 1] : undefined;
  const chosen = label ?? number ?? (ALWAYS.test(said) ? always : YES.test(said) ? once : undefined);
  if (chosen !== undefined) return { type: 'answers', answers: [{ choices: [chosen], text: null }] };
  if (!NO.test(said)) return null;
  const why = said.replace(NO, '').trim().slice(0, MAX_ANSWER_CHARS);
  return { type: 'answers', answers: [{ choices: [deny], text: why === '' ? null : why }] };
}

/** `2: Blue` answers the second question with Blue; `2` alone is a choice. */
function withoutNumber(line: string, number: number): string {
  const match = /^(\d+)\s*[:.)]\s*(.+)$/.exec(line);
  return match?.[1] === String(number) && match[2] !== undefined ? match[2] : line;
}

function readAnswer(item: QuestionItem, said: string): Answer {
  const whole = choiceOf(item, said);
  if (whole !== null) return { choices: [whole], text: null };
  const parts = said.split(',').map((part) => choiceOf(item, part.trim()));
  const choices = parts.filter((part) => part !== null);
  if (item.multiSelect && choices.length === parts.length)
    return { choices: [...new Set(choices)], text: null };
  return { choices: [], text: said.slice(0, MAX_ANSWER_CHARS) };
}

function choiceOf({ choices }: QuestionItem, said: string): string | null {
  const bare = said.replace(/^["'“”`]+|["'“”`.!]+$/g, '').toLowerCase();
  const named = choices.find(({ label }) => label.toLowerCase() === bare);
  const numbered = /^\d{1,2}$/.test(bare) ? choices[Number(bare) - 1] : undefined;
  return (named ?? numbered)?.label ?? null;
}
