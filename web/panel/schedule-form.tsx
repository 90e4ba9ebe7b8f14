import { useSignal } from '@preact/signals';
import { overlapSchema } from '../../protocol/schedules.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import type { Schedules } from '../model/schedules.ts';
import { isFilled, TemplateFields } from './template-fields.tsx';

/** What a run does while the one before it is not over, for people. */
const OVERLAPS = { skip: 'is skipped', queue: 'waits', cancel: 'ends it' } as const;

/** Makes a schedule. */
export function ScheduleForm({ model }: { model: Schedules }) {
  const name = useSignal('');
  const cron = useSignal('0 3 * * 1-5');
  const timeZone = useSignal(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const project = useSignal('');
  const path = useSignal('');
  const prompt = useSignal('');
  const template = useSignal<TemplateUse | null>(null);
  const overlap = useSignal<keyof typeof OVERLAPS>('skip');
  const catchUp = useSignal(true);
  const asks =
    template.value === null ? prompt.value.trim() !== '' : isFilled(model.prompts.value, template.value);
  const isReady = name.value !== '' && asks && (project.value !== '' || path.value !== '');

  async function submit(): Promise<void> {
    if (!isReady || model.busy.value) return;
    const made = await model.create({
      name: name.value,
      cron: cron.value,
      timeZone: timeZone.value,
      place: project.value === '' ? { path: path.value } : { project: project.value },
      prompt: template.value === null ? prompt.value : null,
      template: template.value,
      overlap: overlap.value,
      missed: catchUp.value ? 'run_once' : 'skip',
    });
    if (made) name.value = '';
  }

  const text = (label: string, field: { value: string }, hint = '') => (
    <label>
      {label}
      <input
        type="text"
        value={field.value}
        placeholder={hint}
        onInput={(event) => {
          field.value = event.currentTarget.value;
        }}
      />
    </label>
  );
  return (
    <form
      class="card fields"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>New schedule</h2>
      {text('Name', name, 'nightly-updates')}
      {text('When (minute, hour, day, month, weekday)', cron)}
      {text('Time zone', timeZone)}
      <label>
        Project
        <select
          value={project.value}
          onChange={(event) => {
            project.value = event.currentTarget.value;
          }}
        >
          <option value="">none: a repository on a runner</option>
          {model.projects.value.map((one) => (
            <option key={one.id} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {project.value === '' && text('Folder of the repository on the runner', path, '/home/me/project')}
      <TemplateFields
        prompts={model.prompts.value}
        use={template.value}
        onChange={(use) => {
          template.value = use;
        }}
      />
      {template.value === null && text('What is to be done', prompt)}
      <label>
        While the run before it works, a run
        <select
          value={overlap.value}
          onChange={(event) => {
            overlap.value = overlapSchema.parse(event.currentTarget.value);
          }}
        >
          {overlapSchema.options.map((one) => (
            <option key={one} value={one}>
              {OVERLAPS[one]}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={catchUp.value}
          onChange={(event) => {
            catchUp.value = event.currentTarget.checked;
          }}
        />
        Run once when runs were missed
      </label>
      <p class="actions">
        <button type="submit" disabled={!isReady || model.busy.value}>
          Make it
        </button>
      </p>
    </form>
  );
}
