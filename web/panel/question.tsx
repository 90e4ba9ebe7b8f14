import { useSignal } from '@preact/signals';
import type { QuestionItem, QuestionReplyInput, QuestionView } from '../../protocol/questions.ts';
import type { TaskView } from '../../protocol/task.ts';
import type { SessionModel } from '../model/session-model.ts';
import { formatMoment } from '../view/format.ts';

type Model = Pick<SessionModel, 'answer'> & { busy: { value: boolean } };
type Draft = { choices: readonly string[]; text: string };

/** What Claude asks, with its choices; whoever answers first decides. */
export function QuestionPanel({ task, model }: { task: TaskView; model: Model }) {
  const { question } = task;
  return question === undefined ? null : (
    <Form key={question.id} taskId={task.id} question={question} model={model} />
  );
}

function Form({ taskId, question, model }: { taskId: string; question: QuestionView; model: Model }) {
  const drafts = useSignal<readonly Draft[]>(question.items.map(() => ({ choices: [], text: '' })));
  const complete = drafts.value.every(({ choices, text }) => choices.length > 0 || text.trim() !== '');
  const set = (index: number, draft: Draft) => {
    drafts.value = drafts.value.map((one, at) => (at === index ? draft : one));
  };
  const send = (reply: QuestionReplyInput) => void model.answer(taskId, question.id, reply);
  return (
    <form
      class="question"
      aria-label={question.kind === 'permission' ? 'Claude needs a permission' : 'Claude asks'}
      onSubmit={(event) => {
        event.preventDefault();
        if (!complete || model.busy.value) return;
        const answers = drafts.value.map(({ choices, text }) => ({
          choices: [...choices],
          text: text.trim() === '' ? null : text.trim(),
        }));
        send({ type: 'answers', answers });
      }}
    >
      {question.tool !== null && (
        <pre>
          {question.tool.name} {question.tool.input.text}
          {question.tool.input.cut && '…'}
        </pre>
      )}
      {question.items.map((item, index) => (
        <Item
          key={item.text}
          name={`${question.id}-${index}`}
          item={item}
          draft={drafts.value[index] ?? { choices: [], text: '' }}
          onChange={(draft) => set(index, draft)}
        />
      ))}
      <p class="actions">
        <button type="submit" disabled={model.busy.value || !complete}>
          Answer
        </button>
        {question.kind === 'question' && (
          <button
            type="button"
            disabled={model.busy.value}
            onClick={() => send({ type: 'declined', reason: 'Decide yourself.' })}
          >
            Let Claude decide
          </button>
        )}
        {question.state.status === 'open' && (
          <span class="quiet">Until {formatMoment(question.state.endsAt)}; the first answer counts</span>
        )}
      </p>
    </form>
  );
}

type ItemProps = { name: string; item: QuestionItem; draft: Draft; onChange: (draft: Draft) => void };

function Item({ name, item, draft, onChange }: ItemProps) {
  const toggle = (label: string, on: boolean) => {
    const others = item.multiSelect ? draft.choices.filter((one) => one !== label) : [];
    onChange({ ...draft, choices: on ? [...others, label] : others });
  };
  return (
    <fieldset>
      <legend>{item.text}</legend>
      {item.choices.map(({ label, description }) => (
        <label key={label}>
          <input
            type={item.multiSelect ? 'checkbox' : 'radio'}
            name={name}
            checked={draft.choices.includes(label)}
            onChange={(event) => toggle(label, event.currentTarget.checked)}
          />
          {label}
          {description !== '' && <span class="quiet"> {description}</span>}
        </label>
      ))}
      <input
        type="text"
        aria-label={`In your own words: ${item.text}`}
        placeholder="In your own words"
        value={draft.text}
        onInput={(event) => onChange({ ...draft, text: event.currentTarget.value })}
      />
    </fieldset>
  );
}
