import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ATTACHMENT_TYPES } from '../../protocol/attachments.ts';
import { type ChosenImage, chooseImages } from '../model/choose-images.ts';

export type ImageChoice = {
  images: Signal<ChosenImage[]>;
  /** Why some were not taken, for people. */
  refused: Signal<string | null>;
  choose(files: readonly File[]): void;
  /** Settles when everything that was chosen has been looked into. */
  settled(): Promise<void>;
  clear(): void;
};

/** Images for a message, by a button, pasted or dropped. */
export function useImageChoice(): ImageChoice {
  const images = useSignal<ChosenImage[]>([]);
  const refused = useSignal<string | null>(null);
  // One after the other: files are looked into, and what is pasted meanwhile must not be lost.
  const line = useRef<Promise<void> | null>(null);
  return {
    images,
    refused,
    choose(files) {
      const before = line.current ?? Promise.resolve();
      const mine = before.then(async () => {
        const { chosen, problem } = await chooseImages(images.value, files);
        images.value = chosen;
        refused.value = problem;
        if (line.current === mine) line.current = null;
      });
      line.current = mine;
    },
    async settled() {
      if (line.current !== null) await line.current;
    },
    clear() {
      images.value = [];
      refused.value = null;
    },
  };
}

type Choose = ImageChoice['choose'];

/** For the form around the text: without it a browser opens what is dropped. */
export const takesDrops = (choose: Choose) => ({
  onDragOver(event: DragEvent) {
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
  },
  onDrop: (event: DragEvent) => takeFiles(event, event.dataTransfer, choose),
});

function takeFiles(event: Event, data: DataTransfer | null, choose: Choose): void {
  const files = [...(data?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  choose(files);
}

/** Text goes into the box: programs put a picture of it beside it. */
export function takePasted(event: ClipboardEvent, choose: Choose): void {
  const data = event.clipboardData;
  if (!(data?.types.includes('text/plain') ?? false)) takeFiles(event, data, choose);
}

/** Images can be pasted and dropped too, which nobody sees. */
export function ImagePicker({ onChoose, isBusy }: { onChoose: Choose; isBusy: boolean }) {
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
