import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ATTACHMENT_TYPES } from '../../protocol/attachments.ts';
import type { TaskView } from '../../protocol/task.ts';
import { type ChosenImage, chooseImages } from '../model/choose-images.ts';
import type { SessionModel } from '../model/session-model.ts';
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
  const images = useSignal<ChosenImage[]>([]);
  const refused = useSignal<string | null>(null);
  const active = model.activeTask.value;
  // One after the other: files are looked into, and what is pasted meanwhile must not be lost.
  const line = useRef<Promise<void> | null>(null);
  async function submit(): Promise<void> {
    if (line.current !== null) await line.current;
    const request = text.value.trim();
    if (request === '' || model.busy.value) return;
    if (!(await model.send(request, images.value))) return;
    text.value = '';
    images.value = [];
    refused.value = null;
  }
  function choose(files: readonly File[]): void {
    const before = line.current ?? Promise.resolve();
    const mine = before.then(async () => {
      const { chosen, problem } = await chooseImages(images.value, files);
      images.value = chosen;
      refused.value = problem;
      if (line.current === mine) line.current = null;
    });
    line.current = mine;
  }
  return (
    <>
      <form
        class="prompt"
        onDragOver={(event) => {
          if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
        }}
        onDrop={(event) => takeFiles(event, event.dataTransfer, choose)}
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

type Choose = (files: readonly File[]) => void;

function takeFiles(event: Event, data: DataTransfer | null, choose: Choose): void {
  const files = [...(data?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  choose(files);
}

/** Text goes into the box: programs put a picture of it beside it. */
function takePasted(event: ClipboardEvent, choose: Choose): void {
  const data = event.clipboardData;
  if (!(data?.types.includes('text/plain') ?? false)) takeFiles(event, data, choose);
}

/** Images can be pasted and dropped too, which nobody sees. */
function ImagePicker({ onChoose, isBusy }: { onChoose: Choose; isBusy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={ATTACHMENT_TYPES.join(',')}
        multiple
        hidden
        aria-label="Images for the message"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file again is a change too.
          currentTarget.value = '';
          onChoose(files);
        }}
      />
      <button
        type="button"
        disabled={isBusy}
        title="Or paste them into the text, or drop them on it"
        onClick={() => input.current?.click()}
      >
        Add images
      </button>
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
