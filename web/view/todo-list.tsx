import type { Todo, TodoList } from '../model/todo-list.ts';

const WORDS: Readonly<Record<Todo['status'], string>> = {
  pending: 'To do',
  in_progress: 'In work',
  completed: 'Done',
};
const SIGNS: Readonly<Record<Todo['status'], string>> = { pending: '○', in_progress: '◐', completed: '●' };

/** Claude's to-do list, each entry with how it stands. */
export function TodoItems({ items }: { items: readonly Todo[] }) {
  return (
    <ul class="todo-items">
      {items.map(({ text, status }, index) => (
        <li key={`${index} ${text}`} class={status}>
          <span aria-hidden="true">{SIGNS[status]}</span>
          <span class="aloud">{WORDS[status]}: </span>
          {text}
        </li>
      ))}
    </ul>
  );
}

/** The list as it stands now, with what is in work in its head. */
export function CurrentTodos({ list }: { list: TodoList }) {
  const { items } = list;
  if (items.length === 0) return null;
  const done = items.filter(({ status }) => status === 'completed').length;
  const now = items.find(({ status }) => status === 'in_progress');
  return (
    <details class="todos">
      <summary>
        <strong>To-do list</strong>{' '}
        <span class="quiet number">
          {done} of {items.length} done
        </span>
        {now !== undefined && ` · ${now.text}`}
      </summary>
      <TodoItems items={items} />
    </details>
  );
}
