import { partOf, type Reading } from '../model/reading.ts';
import type { ToolRow as Row } from '../model/timeline.ts';
import { readTodos } from '../model/todo-list.ts';
import { readToolInput, textOf } from '../model/tool-input.ts';
import { describeTool, nameOfTool } from './describe-tool.ts';
import { Fold } from './fold.tsx';
import { formatDuration } from './format.ts';
import { Output } from './long-text.tsx';
import { TodoItems } from './todo-list.tsx';

type Props = { row: Row; reading: Reading };
type State = 'running' | 'failed' | 'ok' | 'over';

const SIGNS: Readonly<Record<State, string>> = { running: '◌', failed: '✕', ok: '✓', over: '–' };
const WORDS: Readonly<Record<State, string>> = {
  running: 'running',
  failed: 'failed',
  ok: 'done',
  over: 'without a result',
};

/** A call of a tool in one line; unfolded, what it got and what it gave. */
export function ToolRow({ row, reading }: Props) {
  const { id, use, result, steps } = row;
  const state = stateOf(row);
  const summary = (
    <>
      <span class="sign" aria-hidden="true">
        {SIGNS[state]}
      </span>
      <strong>{nameOfTool(use.name)}</strong> <code>{describeTool(row)}</code>{' '}
      <span class={state === 'ok' ? 'aloud' : 'quiet'}>{WORDS[state]}</span>{' '}
      {result?.durationMs != null && <span class="quiet number">{formatDuration(result.durationMs)}</span>}
    </>
  );
  return (
    <>
      <Fold id={id} reading={reading} class={`tool ${state}`} summary={summary}>
        {() => (
          <>
            <Input row={row} reading={reading} />
            {result !== null && (
              <>
                <p class="label">{result.isError ? 'Error' : 'Result'}</p>
                <Output text={result.output} id={id} reading={reading} />
              </>
            )}
          </>
        )}
      </Fold>
      {steps.length > 0 && <Steps row={row} reading={reading} />}
    </>
  );
}

function stateOf({ result, isOver }: Row): State {
  if (result !== null) return result.isError ? 'failed' : 'ok';
  return isOver ? 'over' : 'running';
}

/** What a sub-agent did is in rows of its own, below the call, once somebody wants to see it. */
function Steps({ row: { id, steps }, reading }: Props) {
  const part = partOf(id, 'steps');
  const isOpen = reading.unfolded.value.has(part);
  return (
    <button type="button" class="plain small" aria-expanded={isOpen} onClick={() => reading.toggle(part)}>
      {isOpen ? 'Hide' : 'Show'} {steps.length === 1 ? 'the one step' : `${steps.length} steps`} of the
      sub-agent
    </button>
  );
}

function Input({ row: { id, use }, reading }: Props) {
  const input = readToolInput(use.input);
  const todos = use.name === 'TodoWrite' ? readTodos(input) : null;
  if (todos !== null) return <TodoItems items={todos} />;
  const command = use.name === 'Bash' ? textOf(input, 'command') : null;
  if (command !== null) return <Output text={whole(command)} id={id} reading={reading} language="bash" />;
  const [before, after] = [textOf(input, 'old_string'), textOf(input, 'new_string')];
  if (before !== null && after !== null)
    return <Edit before={before} after={after} id={id} reading={reading} />;
  const text = input === null ? use.input : whole(JSON.stringify(input, null, 2));
  return <Output text={text} id={id} reading={reading} language="json" />;
}

type EditProps = { before: string; after: string; id: number; reading: Reading };

function Edit({ before, after, id, reading }: EditProps) {
  return (
    <>
      <div class="before">
        <span class="aloud">Before:</span>
        <Output text={whole(before)} id={id} reading={reading} />
      </div>
      <div class="after">
        <span class="aloud">After:</span>
        <Output text={whole(after)} id={id} reading={reading} />
      </div>
    </>
  );
}

const whole = (text: string) => ({ text, bytes: text.length, cut: false });
