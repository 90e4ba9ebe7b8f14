import { v5 as uuidV5 } from 'uuid';
import { z } from 'zod';
import { type Fetcher, fetchImage } from './fetch-image.ts';
import { findImages, mayHoldImages } from './find-images.ts';
import type { Octokit } from './probot.ts';
import type { Trigger } from './read-payload.ts';

/** Namespace of images' ids: the same image of the same text has the same id, however often it is read. */
const IMAGE_NAMESPACE = '4c7d1f52-2b6e-5a0c-9b1e-6f0a8d3c9e17';

export type FoundImage = { id: string; name: string; content: Uint8Array<ArrayBuffer> };

/**
 * Fetches the images that are in what was written. GitHub signs their addresses where it renders the text; a text
 * without any costs no request.
 */
export async function readImages(
  octokit: Octokit,
  trigger: Trigger,
  fetcher: Fetcher,
  own: string | null,
): Promise<FoundImage[]> {
  const text = textOf(trigger);
  if (!mayHoldImages(text, own)) return [];
  const urls = findImages(await readRendered(octokit, trigger, text), own);
  const images = await Promise.all(
    urls.map(async (url, index) => {
      const content = await fetchImage(url, fetcher, own);
      const id = uuidV5(`${trigger.triggerId}:${url.pathname}`, IMAGE_NAMESPACE);
      return content === null ? [] : [{ id, name: `image ${index + 1}`, content }];
    }),
  );
  return images.flat();
}

/** What was written; of a label or an assignment, what the issue or pull request says. */
function textOf({ kind, text, opening }: Trigger): string {
  const isOfPost = kind === 'label' || kind === 'assignment' || kind === 'pull_request';
  return text === '' && isOfPost ? (opening?.text ?? '') : text;
}

const renderedSchema = z.object({ body: z.string().nullish(), body_html: z.string().nullish() });

/** Empty where somebody has edited it since: what it says now was not there when work was asked for. */
async function readRendered(
  octokit: Octokit,
  { kind, subjectId, thread }: Trigger,
  text: string,
): Promise<string> {
  const { owner, name: repo } = thread.repository;
  const place = { owner, repo, mediaType: { format: 'full' } };
  const { data } = await read();
  const { body, body_html } = renderedSchema.parse(data);
  return body === text ? (body_html ?? '') : '';

  function read(): Promise<{ data: unknown }> {
    switch (kind) {
      case 'issue':
      case 'label':
      case 'assignment':
        return octokit.rest.issues.get({ ...place, issue_number: thread.issueNumber });
      case 'pull_request':
        return octokit.rest.pulls.get({ ...place, pull_number: thread.issueNumber });
      case 'issue_comment':
        return octokit.rest.issues.getComment({ ...place, comment_id: subjectId });
      case 'review_comment':
        return octokit.rest.pulls.getReviewComment({ ...place, comment_id: subjectId });
      case 'review':
        return octokit.rest.pulls.getReview({
          ...place,
          pull_number: thread.issueNumber,
          review_id: subjectId,
        });
    }
  }
}
