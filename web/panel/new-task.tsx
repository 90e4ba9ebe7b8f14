import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { App } from '../model/app.ts';
import { createNewTask, type NewTask } from '../model/new-task.ts';
import {
  type ImageChoice,
  ImagePicker,
  takePasted,
  takesDrops,
  useImageChoice,
} from '../view/image-choice.tsx';
import { Field } from './field.tsx';
import { PromptImages } from './prompt-images.tsx';
import { TaskOptionsFields } from './task-options.tsx';
import { TaskPlace } from './task-place.tsx';
import { isFilled, TemplateFields } from './template-fields.tsx';

/** A new task, from where it works to its start. Ends on its session's page. */
export function NewTaskPage({ app }: { app: App }) {
  const { api, me, open, onSignedOut } = app;
  // Only what the address has at first: what is typed here is not in it.
  const model = useMemo(
    () => createNewTask({ api, me, search: app.search.peek(), open, onSignedOut }),
    [api, me, app, open, onSignedOut],
  );
  useEffect(() => void model.load(), [model]);
  const accounts = useComputed(() => app.me.accounts.value.flatMap(({ account }) => account ?? []));
  // Whoever has a part in repositories alone does not see the machines.
  const runners = app.me.accounts.value.length === 0 ? null : app.now.runners.value.value;
  const images = useImageChoice();
  const form = useRef<HTMLFormElement>(null);
  const attempts = useSignal(0);
  // Leads to the first field that is wrong, once it is shown as such.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts.value]);
  async function submit(): Promise<void> {
    await images.settled();
    await model.start(images.images.value);
    attempts.value += 1;
  }
  const { rest } = model.problems.value;
  const { template } = model.draft.value;
  const isReady = template === null || isFilled(model.prompts.value, template);
  return (
    <>
      <h1>New task</h1>
      <form
        ref={form}
        class="new-task"
        noValidate
        {...takesDrops(images.choose)}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      >
        <TaskPlace model={model} accounts={accounts.value} runners={runners} />
        <Request model={model} images={images} />
        <TaskOptionsFields model={model} />
        {rest !== null && <p role="alert">{rest}</p>}
        <p class="actions">
          <button type="submit" class="main" disabled={model.busy.value || !isReady}>
            {model.busy.value ? 'Starting…' : 'Start the task'}
          </button>
          <span class="quiet">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </p>
      </form>
    </>
  );
}

/** What is asked for: in words, with images, or by a template. */
function Request({ model, images }: { model: NewTask; images: ImageChoice }) {
  const draft = model.draft.value;
  const { fields } = model.problems.value;
  return (
    <fieldset class="fields">
      <legend>What</legend>
      {model.prompts.value.length > 0 && (
        <TemplateFields
          prompts={model.prompts.value}
          use={draft.template}
          onChange={(template) => model.change({ template })}
        />
      )}
      {fields.template !== undefined && (
        <p class="wrong" role="alert">
          {fields.template}
        </p>
      )}
      {draft.template === null && (
        <Field id="prompt" label="What is to be done" problem={fields.prompt}>
          {(input) => (
            <textarea
              {...input}
              rows={7}
              value={draft.prompt}
              onInput={(event) => model.change({ prompt: event.currentTarget.value })}
              onPaste={(event) => takePasted(event, images.choose)}
            />
          )}
        </Field>
      )}
      {images.refused.value !== null && <p role="alert">{images.refused.value}</p>}
      {images.images.value.length > 0 && <PromptImages images={images.images} isBusy={model.busy.value} />}
      <p class="actions">
        <ImagePicker onChoose={images.choose} isBusy={model.busy.value} />
        <span class="hint">Or paste them into the text, or drop them here.</span>
      </p>
    </fieldset>
  );
}
