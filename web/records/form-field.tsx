import { useId } from 'preact/hooks';
import type { Field } from './form-fields.ts';

type Props = {
  field: Field;
  value: string;
  mistake: string | null;
  onChange: (value: string) => void;
};

/** A field with its label, its hint and what is wrong with it. */
export function FormField({ field, value, mistake, onChange }: Props) {
  const id = useId();
  const hints = [field.hint === undefined ? '' : `${id}-hint`, mistake === null ? '' : `${id}-wrong`];
  const common = {
    id,
    required: field.required,
    'aria-invalid': mistake === null ? undefined : ('true' as const),
    'aria-describedby': hints.join(' ').trim() || undefined,
  };
  const isCheck = field.kind === 'check';
  const notes = (
    <>
      {field.hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      )}
      {mistake !== null && (
        <p class="wrong" id={`${id}-wrong`}>
          {mistake}
        </p>
      )}
    </>
  );
  if (field.kind === 'choices') {
    return (
      <fieldset class="form-choices" aria-describedby={common['aria-describedby']}>
        <legend>{field.label}</legend>
        <Choices choices={field.choices} value={value} onChange={onChange} />
        {notes}
      </fieldset>
    );
  }
  return (
    <div class={isCheck ? 'form-field check' : 'form-field'}>
      <label for={id}>{field.label}</label>
      <Input field={field} common={common} value={value} onChange={onChange} />
      {notes}
    </div>
  );
}

type InputProps = Omit<Props, 'mistake'> & { common: Record<string, unknown> };

function Input({ field, common, value, onChange }: InputProps) {
  const typed = {
    value,
    placeholder: 'placeholder' in field ? field.placeholder : undefined,
    onInput: (event: InputEvent) => {
      if (event.currentTarget instanceof HTMLInputElement) onChange(event.currentTarget.value);
    },
  };
  switch (field.kind) {
    case 'check':
      return (
        <input
          {...common}
          type="checkbox"
          checked={value !== ''}
          onChange={(event) => onChange(event.currentTarget.checked ? 'yes' : '')}
        />
      );
    case 'long':
      return (
        <textarea
          {...common}
          rows={field.rows ?? 4}
          placeholder={field.placeholder}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'choice':
      return (
        <select {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {field.choices.map(([one, label]) => (
            <option key={one} value={one}>
              {label}
            </option>
          ))}
        </select>
      );
    case 'choices':
      return null;
    case 'text':
      return <input {...common} {...typed} type="text" />;
    case 'search':
      return <input {...common} {...typed} type="search" />;
    case 'url':
      return <input {...common} {...typed} type="url" />;
    case 'date':
      return <input {...common} {...typed} type="date" />;
    case 'number':
      return <input {...common} {...typed} type="number" step="any" />;
  }
}

type ChoicesProps = {
  choices: Extract<Field, { kind: 'choices' }>['choices'];
  value: string;
  onChange: (value: string) => void;
};

function Choices({ choices, value, onChange }: ChoicesProps) {
  const chosen = new Set(value.split('\n').filter((one) => one !== ''));
  return (
    <>
      {choices.map(([one, label]) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.has(one)}
            onChange={(event) => {
              const others = [...chosen].filter((other) => other !== one);
              onChange((event.currentTarget.checked ? [...others, one] : others).join('\n'));
            }}
          />
          {label}
        </label>
      ))}
    </>
  );
}
