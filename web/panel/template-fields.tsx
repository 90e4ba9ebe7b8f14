import type { Prompt } from '../../protocol/prompts.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';

type Props = {
  prompts: readonly Prompt[];
  use: TemplateUse | null;
  onChange: (use: TemplateUse | null) => void;
};

/** Which template, and a value for each of its variables. */
export function TemplateFields({ prompts, use, onChange }: Props) {
  const chosen = prompts.find(({ name }) => name === use?.name);
  return (
    <>
      <label>
        Template
        <select
          value={use?.name ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget;
            onChange(value === '' ? null : { name: value, variables: {} });
          }}
        >
          <option value="">none</option>
          {prompts.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {chosen?.description !== undefined && chosen.description !== '' && (
        <p class="quiet">{chosen.description}</p>
      )}
      {chosen?.variables.map((variable) => (
        <label key={variable.name} title={variable.description}>
          {variable.name}
          <input
            type="text"
            required={variable.default === null}
            placeholder={variable.default ?? ''}
            value={use?.variables[variable.name] ?? ''}
            onInput={(event) => {
              const { [variable.name]: _former, ...others } = use?.variables ?? {};
              const { value } = event.currentTarget;
              // What is left empty takes its default.
              const variables = value === '' ? others : { ...others, [variable.name]: value };
              onChange({ name: chosen.name, variables });
            }}
          />
        </label>
      ))}
    </>
  );
}

/** Whether every variable without a default has a value. */
export function isFilled(prompts: readonly Prompt[], use: TemplateUse | null): boolean {
  const chosen = prompts.find(({ name }) => name === use?.name);
  if (chosen === undefined) return false;
  return chosen.variables.every(
    ({ name, default: usual }) => usual !== null || Object.hasOwn(use?.variables ?? {}, name),
  );
}
