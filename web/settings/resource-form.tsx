import { useSignal } from '@preact/signals';
import { FormField } from '../records/form-field.tsx';
import { type Draft, type Field, mistakeOf, otherMistakes } from '../records/form-fields.ts';
import type { Failed } from '../records/resource.ts';

export type FormSpec = {
  fields: readonly Field[];
  draft: Draft;
  /** The word on the button. */
  confirm: string;
  submit: (draft: Draft) => Promise<Failed | null>;
};

type Props = FormSpec & { onDone: () => void; onCancel?: () => void };

/** Fields whose mistakes, as the API names them, stand beside them. */
export function ResourceForm({ fields, draft: first, confirm, submit, onDone, onCancel }: Props) {
  const draft = useSignal<Draft>(first);
  const busy = useSignal(false);
  const failed = useSignal<Failed | null>(null);
  const mistakes = failed.value?.mistakes ?? {};
  const others = otherMistakes(mistakes, fields);
  const problem = [failed.value?.message, ...others].filter((text) => text != null).join(' ');

  async function send(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failed.value = await submit(draft.value);
    busy.value = false;
    if (failed.value === null) onDone();
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {fields.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={draft.value[field.name] ?? ''}
          mistake={mistakeOf(mistakes, field)}
          onChange={(value) => {
            draft.value = { ...draft.value, [field.name]: value };
          }}
        />
      ))}
      {problem !== '' && <p role="alert">{problem}</p>}
      <p class="actions">
        <button type="submit" class="main" disabled={busy.value}>
          {confirm}
        </button>
        {onCancel !== undefined && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </p>
    </form>
  );
}
