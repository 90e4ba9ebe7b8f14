import type { ComponentChildren } from 'preact';

type Described = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean };

type Props = {
  id: string;
  label: string;
  hint?: string | null;
  /** What is wrong with it; null when nothing is. */
  problem?: string | null | undefined;
  /** Gets what ties the input to its label, hint and problem. */
  children: (input: Described) => ComponentChildren;
};

/** A labelled input with its hint and, at its place, what is wrong with it. */
export function Field({ id, label, hint = null, problem = null, children }: Props) {
  const described = [hint === null ? null : `${id}-hint`, problem === null ? null : `${id}-problem`]
    .filter((part) => part !== null)
    .join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': problem !== null,
      })}
      {hint !== null && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem !== null && (
        <p class="wrong" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

type TextProps = Omit<Props, 'children'> & {
  value: string;
  onInput: (value: string) => void;
  placeholder?: string;
  inputMode?: 'text' | 'decimal' | 'numeric';
  list?: string;
};

/** One line of text. */
export function TextField({
  value,
  onInput,
  placeholder = '',
  inputMode = 'text',
  list,
  ...field
}: TextProps) {
  return (
    <Field {...field}>
      {(input) => (
        <input
          {...input}
          type="text"
          autoComplete="off"
          spellcheck={false}
          value={value}
          placeholder={placeholder}
          inputMode={inputMode}
          {...(list === undefined ? {} : { list })}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type ChoiceProps = Omit<Props, 'children'> & {
  value: string;
  choices: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
};

/** One of a few. */
export function ChoiceField({ value, choices, onChange, ...field }: ChoiceProps) {
  return (
    <Field {...field}>
      {(input) => (
        <select {...input} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {choices.map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
