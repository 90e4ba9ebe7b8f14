import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { RepositoryChoice } from '../../protocol/repositories.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import type { Api, ApiResult } from './api.ts';
import type { ChosenImage } from './choose-images.ts';
import { optionsOf, placeOf, requestOf, type TaskDraft } from './task-draft.ts';
import { createImageUpload } from './upload-images.ts';

/** @returns the id of the session */
export type StartTask = (
  draft: TaskDraft,
  known: readonly RepositoryChoice[],
  images: readonly ChosenImage[],
) => Promise<ApiResult<string>>;

/** Starts tasks with sessions of their own. */
export function createTaskStart(api: Api): StartTask {
  const upload = createImageUpload(api);
  /** A session that was made, when its task could not be: the next try goes on with it. */
  let made: { place: string; id: string } | null = null;

  async function sessionFor(where: object, draft: TaskDraft): Promise<ApiResult<string>> {
    const place = JSON.stringify(where);
    if (made?.place === place) return { ok: true, value: made.id };
    const body = { title: titleFrom(draft), ...where };
    const result = await api.call('POST /api/sessions', { body }, sessionAnswerSchema);
    if (!result.ok) return result;
    made = { place, id: result.value.session.id };
    return { ok: true, value: made.id };
  }

  return async (draft, known, images) => {
    const where = { ...placeOf(draft, known), ...titleOf(draft) };
    const request = { ...requestOf(draft), options: optionsOf(draft) };
    if (images.length === 0) {
      const result = await api.call(
        'POST /api/sessions',
        { body: { ...where, ...request } },
        sessionAnswerSchema,
      );
      return result.ok ? { ok: true, value: result.value.session.id } : result;
    }
    // Images are stored in the session, which is therefore there before its task.
    const session = await sessionFor(where, draft);
    if (!session.ok) return session;
    const id = session.value;
    const attachments = await upload(id, images);
    if (!attachments.ok) return attachments;
    const input = { params: { id }, body: { ...request, attachments: attachments.value } };
    const result = await api.call('POST /api/sessions/{id}/tasks', input, taskViewSchema);
    return result.ok ? { ok: true, value: id } : result;
  };
}

const titleOf = ({ title }: TaskDraft) => (title.trim() === '' ? {} : { title: title.trim() });

const MAX_TITLE_CHARS = 80;

/** As the control plane makes one of a request. */
function titleFrom({ prompt }: TaskDraft): string {
  const [line = ''] = prompt.trim().split('\n');
  return line === '' ? 'New task' : line.slice(0, MAX_TITLE_CHARS);
}
