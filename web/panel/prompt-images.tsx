import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ChosenImage } from '../model/choose-images.ts';

/** What goes with the next message, to be looked at and taken back. */
export function PromptImages({ images, isBusy }: { images: Signal<ChosenImage[]>; isBusy: boolean }) {
  return (
    <ul class="chosen" aria-label="Images for the message">
      {images.value.map((image) => (
        <li key={image.key}>
          <Thumbnail image={image} />
          <span>{image.name}</span>
          <button
            type="button"
            class="plain"
            aria-label={`Remove ${image.name}`}
            disabled={isBusy}
            onClick={() => {
              images.value = images.value.filter(({ key }) => key !== image.key);
            }}
          >
            Remove
          </button>
        </li>
      ))}
    </ul>
  );
}

const THUMBNAIL_PX = 64;

/** Drawn, as the page's policy lets no image be shown that is not the deployment's own. */
function Thumbnail({ image: { content, name } }: { image: ChosenImage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isUnreadable = useSignal(false);
  useEffect(() => {
    let isShown = true;
    decode(content).then(
      (bitmap) => {
        if (isShown && canvas.current !== null) draw(canvas.current, bitmap);
        bitmap.close();
      },
      () => {
        isUnreadable.value = true;
      },
    );
    return () => {
      isShown = false;
    };
  }, [content, isUnreadable]);
  if (isUnreadable.value) return <span class="quiet">no preview</span>;
  return (
    <canvas
      ref={canvas}
      width={THUMBNAIL_PX}
      height={THUMBNAIL_PX}
      role="img"
      aria-label={`Preview of ${name}`}
    />
  );
}

/** Rejects for what the browser can't decode. */
async function decode(content: Blob): Promise<ImageBitmap> {
  return createImageBitmap(content);
}

function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  const { width, height } = bitmap;
  const scale = Math.min(1, THUMBNAIL_PX / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}
