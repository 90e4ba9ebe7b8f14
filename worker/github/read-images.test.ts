import { describe, expect, it } from 'vitest';
import { examplePayload } from '../installation/testing/webhook-examples.ts';
import type { TriggerEvent } from './handled-events.ts';
import type { Octokit } from './probot.ts';
import { readImages } from './read-images.ts';
import { readPayload } from './read-payload.ts';

const WRITTEN = '![x](https://github.com/user-attachments/assets/1)';
const SIGNED = 'https://private-user-images.githubusercontent.com/1/2-3.png?jwt=a.b.c';
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Where each trigger's text is in its payload, and the call that reads it again. */
const TEXTS: [TriggerEvent, 'comment' | 'issue' | 'pull_request' | 'review', string][] = [
  ['issue_comment.created', 'comment', 'issues.getComment'],
  ['pull_request_review_comment.created', 'comment', 'pulls.getReviewComment'],
  ['pull_request_review.submitted', 'review', 'pulls.getReview'],
  ['issues.opened', 'issue', 'issues.get'],
  ['issues.labeled', 'issue', 'issues.get'],
  ['issues.assigned', 'issue', 'issues.get'],
  ['pull_request.opened', 'pull_request', 'pulls.get'],
];

/** Reads the images of a text that reads `now` when GitHub is asked for it. */
async function imagesOf(event: TriggerEvent, part: string, written: string, now: string) {
  const [name = '', action = ''] = event.split('.');
  const read = readPayload('d1', event, examplePayload(name, action, { [part]: { body: written } }));
  if (read.status !== 'trigger') throw new Error(read.reason);
  const asked: string[] = [];
  const fetched: string[] = [];
  const answer = (call: string) => async () => {
    asked.push(call);
    return { data: { body: now, body_html: `<p><img src="${SIGNED}"></p>` } };
  };
  const calls = (group: string, names: string[]) =>
    Object.fromEntries(names.map((each) => [each, answer(`${group}.${each}`)]));
  const rest = {
    issues: calls('issues', ['get', 'getComment']),
    pulls: calls('pulls', ['get', 'getReview', 'getReviewComment']),
  };
  const octokit = { rest } as unknown as Octokit;
  const fetcher = async (url: URL) => {
    fetched.push(url.href);
    return new Response(PNG);
  };
  const images = await readImages(octokit, read.trigger, fetcher, null);
  return { asked, fetched, images: images.map(({ name: image, content }) => [image, content]) };
}

describe('images of what was written', () => {
  it.each(TEXTS)('of %s are fetched while the text is what it was', async (event, part, call) => {
    const text = `@signalbox look ${WRITTEN}`;
    expect(await imagesOf(event, part, text, text)).toEqual({
      asked: [call],
      fetched: [SIGNED],
      images: [['image 1', PNG]],
    });
  });

  it.each(TEXTS)('of %s are not fetched once somebody has edited the text', async (event, part, call) => {
    const text = `@signalbox look ${WRITTEN}`;
    const edited = await imagesOf(event, part, text, `${text} and at this`);
    expect(edited).toEqual({ asked: [call], fetched: [], images: [] });
  });

  it.each(TEXTS)('of %s that came with an edit are not even asked for', async (event, part) => {
    const edited = await imagesOf(event, part, '@signalbox look', `@signalbox look ${WRITTEN}`);
    expect(edited).toEqual({ asked: [], fetched: [], images: [] });
  });
});
