import { useSignal } from '@preact/signals';
import type { Failed } from '../records/resource.ts';
import { Modal } from './modal.tsx';

/** What can't be taken back: what it means, and the word on the button. */
export type Question = { title: string; text: string; confirm: string };

type Props = { question: Question; run: () => Promise<Failed | null>; onClose: () => void };

/** Asks before something is done that can't be taken back. */
export function Confirm({ question, run, onClose }: Props) {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);

  async function confirm(): Promise<void> {
    busy.value = true;
    const failed = await run();
    busy.value = false;
    if (failed === null) onClose();
    else problem.value = failed.message ?? Object.values(failed.mistakes).join('; ');
  }

  return (
    <Modal title={question.title} onClose={onClose}>
      <p>{question.text}</p>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <p class="actions">
        <button type="button" onClick={onClose}>
          Leave it
        </button>
        <button type="button" class="danger" disabled={busy.value} onClick={() => void confirm()}>
          {question.confirm}
        </button>
      </p>
    </Modal>
  );
}
