import { useSignal } from '@preact/signals';
import type { DiffReview } from '../model/diff-review.ts';

/** How many comments are collected, and the button that sends them. */
export function ReviewBox({ review, about }: { review: DiffReview; about: string }) {
  const isSending = useSignal(false);
  const count = review.comments.value.length;
  if (count === 0) return null;
  async function send(): Promise<void> {
    isSending.value = true;
    await review.send(about);
    isSending.value = false;
  }
  return (
    <p class="review-box">
      <span role="status">{count === 1 ? '1 comment' : `${count} comments`} to send</span>{' '}
      <button type="button" class="main" disabled={isSending.value} onClick={() => void send()}>
        Send to Claude
      </button>
    </p>
  );
}
