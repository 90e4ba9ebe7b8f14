import { useSignal } from '@preact/signals';
import type { TaskView } from '../../protocol/task.ts';
import type { SessionModel } from '../model/session-model.ts';
import { ImagePicker, takePasted, takesDrops, useImageChoice } from './image-choice.tsx';
import { onDemand } from './on-demand.tsx';

const UseTemplate = onDemand('the templates', async () => {
  return (await import('../panel/use-template.tsx')).UseTemplate;
});

const PromptImages = onDemand(
  'the images',
  async () => (await import('../panel/prompt-images.tsx')).PromptImages,
);

/** Says something to Claude: while a task runs it steers that task, otherwise it starts a new one. */
export function PromptBox({ model }: { model: SessionModel }) {
  const text = useSignal('');
  const { images, refused, choose, settled, clear } = useImageChoice();
  const active = model.activeTask.value;
  async function submit(): Promise<void> {
    await settled();
    const request = text.value.trim();
    if (request === '' || model.busy.value) return;
    if (!(await model.send(request, images.value))) return;
    text.value = '';
    clear();
  }
  return (
    <>
      <form
        class="prompt"
        {...takesDrops(choose)}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {model.problem.value !== null && <p role="alert">{model.problem.value}</p>}
        {refused.value !== null && <p role="alert">{refused.value}</p>}
        <label for="prompt">
          {active === null ? 'Start a new task in this session' : 'Steer the running task'}
        </label>
        <textarea
          id="prompt"
          rows={3}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          onPaste={(event) => takePasted(event, choose)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void submit();
          }}
        />
        {images.value.length > 0 && <PromptImages images={images} isBusy={model.busy.value} />}
        <p class="actions">
          <button type="submit" disabled={model.busy.value || text.value.trim() === ''}>
            Send
          </button>
          <span class="quiet">Ctrl + Enter</span>
          <ImagePicker onChoose={choose} isBusy={model.busy.value} />
          {active !== null && <PauseButton model={model} task={active} />}
          {active !== null && (
            <button
              type="button"
              class="danger"
              disabled={model.busy.value}
              onClick={() => void model.order('cancel')}
            >
              Cancel task {active.number}
            </button>
          )}
        </p>
      </form>
      <Templates model={model} />
    </>
  );
}

/** A template always makes a task of its own: steering is for words. */
function Templates({ model: { api, session } }: { model: SessionModel }) {
  const isOpen = useSignal(false);
  const view = session.value;
  if (api === undefined || view === null) return null;
  return (
    <>
      <button
        type="button"
        class="plain"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        New task by a template
      </button>
      {isOpen.value && <UseTemplate api={api} sessionId={view.id} account={view.account} />}
    </>
  );
}

/** Only what waits or works can pause; what is paused or held can go on. */
function PauseButton({ model, task }: { model: SessionModel; task: TaskView }) {
  const rests = task.state === 'paused' || task.held === true;
  const works = task.state === 'pending' || task.state === 'pre_flight' || task.state === 'running';
  if (!rests && !works) return null;
  return (
    <button
      type="button"
      disabled={model.busy.value}
      onClick={() => void model.order(rests ? 'resume' : 'pause')}
    >
      {rests ? 'Resume' : 'Pause'} task {task.number}
    </button>
  );
}
