import { classifyGitHubError } from './classify-github-error.ts';
import { HIDDEN_MARKER, markerOf } from './reply-marker.ts';
import { createOnce, inRepository, type Made, sinceOf, type WriteTarget } from './write-target.ts';

/** GitHub's limit for a comment, with room for the marker. */
const MAX_COMMENT_CHARS = 65_000;
const MAX_PAGES = 3;
const PAGE = 100;

/** Writes a comment that is only ever written once. */
export async function writeReply(target: WriteTarget, key: string, body: string): Promise<Made> {
  if (target.known().remoteId !== null) return made(target);
  return createComment(target, prepareBody(key, body));
}

/** Makes the comment, or edits it when it is there. One that somebody deleted is made anew once. */
export async function writeTrackingComment(target: WriteTarget, key: string, text: string): Promise<Made> {
  const { body, marker } = prepareBody(key, text);
  const { remoteId, tryingSinceMs } = target.known();
  if (remoteId === null) {
    const comment = await createComment(target, { body, marker });
    if (!comment.found || tryingSinceMs === null) return comment;
  }
  try {
    return await editComment(target, body);
  } catch (error) {
    const failure = classifyGitHubError(error, target.nowMs());
    const gone = failure.type === 'refused' && (failure.status === 404 || failure.status === 410);
    if (!gone || target.known().recreated) throw error;
    target.save({ remoteId: null, url: null, recreated: true });
    return createComment(target, { body, marker });
  }
}

async function editComment(target: WriteTarget, body: string): Promise<Made> {
  const { octokit, thread } = target;
  const { data } = await octokit.rest.issues.updateComment({
    ...inRepository(thread),
    comment_id: target.known().remoteId ?? 0,
    body,
  });
  target.save({ sentMs: target.nowMs() });
  return { remoteId: data.id, url: data.html_url };
}

function createComment(target: WriteTarget, { body, marker }: { body: string; marker: string }) {
  const { octokit, thread } = target;
  const issue = { ...inRepository(thread), issue_number: thread.issueNumber };
  return createOnce(target, {
    create: async () => {
      const { data } = await octokit.rest.issues.createComment({ ...issue, body });
      return { remoteId: data.id, url: data.html_url };
    },
    find: async (sinceMs) => {
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const since = sinceOf(sinceMs);
        const { data } = await octokit.rest.issues.listComments({ ...issue, since, per_page: PAGE, page });
        // Anybody can copy a marker; only an App's comment can be ours.
        const ours = data.find((item) => item.user?.type === 'Bot' && item.body?.includes(marker));
        if (ours !== undefined) return { remoteId: ours.id, url: ours.html_url };
        if (data.length < PAGE) break;
      }
      return null;
    },
  });
}

/** The body with a marker: its own if it brings one, else one made from the key. */
function prepareBody(key: string, text: string): { body: string; marker: string } {
  const cut = text.length <= MAX_COMMENT_CHARS ? text : `${text.slice(0, MAX_COMMENT_CHARS)}\n\n…`;
  const own = cut.startsWith(HIDDEN_MARKER) ? cut.slice(0, cut.indexOf('-->') + 3) : '';
  if (own !== '') return { body: cut, marker: own };
  const marker = markerOf(key);
  return { body: `${cut}\n\n${marker}`, marker };
}

function made(target: WriteTarget): Made {
  const { remoteId, url } = target.known();
  return { remoteId: remoteId ?? 0, url };
}
