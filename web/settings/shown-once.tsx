import { useSignal } from '@preact/signals';
import { Modal } from './modal.tsx';

export type Secret = {
  title: string;
  /** What it is for. */
  text: string;
  /** What is copied. */
  value: string;
};

/** A secret that the API gives once: until this is closed, and never again. */
export function ShownOnce({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  return (
    <Modal title={secret.title} onClose={onClose}>
      <p>{secret.text}</p>
      <CopyText value={secret.value} />
      <p class="hint">It is not shown again.</p>
      <p class="actions">
        <button type="button" class="main" onClick={onClose}>
          Done
        </button>
      </p>
    </Modal>
  );
}

/** A text to take along, with a button that copies it. */
export function CopyText({ value }: { value: string }) {
  const said = useSignal('');
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      said.value = 'Copied.';
    } catch {
      said.value = 'The browser did not allow it: select the text and copy it.';
    }
  }
  return (
    <div class="copy-text">
      <pre>
        <code>{value}</code>
      </pre>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status" class="hint">
        {said.value}
      </span>
    </div>
  );
}
