import { expect, it } from 'vitest';
import { createDiffReview, fitsReview, type LineComment, writeReview } from './diff-review.ts';

const ADDED: LineComment = {
  repository: null,
  path: 'src/greet.js',
  line: { kind: 'added', text: "  const who = name ?? 'you';", before: null, after: 2 },
  text: 'Call it "name".',
};
const REMOVED: LineComment = {
  repository: 'acme/web',
  path: 'page.html',
  line: { kind: 'removed', text: '```', before: 7, after: null },
  text: 'Keep this.',
};

it('writes one message that names path, line and the text of the line of each comment', () => {
  expect(writeReview('task 2', [ADDED, REMOVED])).toBe(
    [
      'Comments on the changes of task 2:',
      '`src/greet.js`, line 2:\n\n```diff\n+  const who = name ?? \'you\';\n```\n\nCall it "name".',
      '`page.html` of acme/web, line 7 (removed):\n\n````diff\n-```\n````\n\nKeep this.',
    ].join('\n\n'),
  );
});

it('keeps the comments when the message was not accepted, and those that were written meanwhile', async () => {
  const sent: string[] = [];
  let isAccepted = false;
  const review = createDiffReview(async (text) => {
    sent.push(text);
    if (isAccepted) review.add(REMOVED);
    return isAccepted;
  });
  review.add(ADDED);
  expect(await review.send('task 1')).toBe(false);
  expect(review.comments.value).toEqual([ADDED]);
  isAccepted = true;
  expect(await review.send('task 1')).toBe(true);
  expect(review.comments.value).toEqual([REMOVED]);
  expect(sent).toHaveLength(2);
});

it('sends nothing when there is nothing to say', async () => {
  const review = createDiffReview(async () => {
    throw new Error('Nothing was to be sent.');
  });
  expect(await review.send('task 1')).toBe(false);
});

it('says when comments are more than one message holds', () => {
  expect(fitsReview('task 1', [ADDED])).toBe(true);
  expect(fitsReview('task 1', [{ ...ADDED, text: 'x'.repeat(66_000) }])).toBe(false);
});
