import { attachmentViewSchema } from '../../protocol/attachments.ts';
import type { Api, ApiResult } from './api.ts';
import type { ChosenImage } from './choose-images.ts';

export type UploadImages = (
  sessionId: string,
  images: readonly ChosenImage[],
) => Promise<ApiResult<string[]>>;

/** Stores images in a session and gives their ids. What is stored already when a later one fails is not sent again. */
export function createImageUpload(api: Api): UploadImages {
  const storedAs = new WeakMap<ChosenImage, string>();
  return async (sessionId, images) => {
    const ids: string[] = [];
    for (const image of images) {
      let stored = storedAs.get(image);
      if (stored === undefined) {
        const input = { params: { id: sessionId }, query: { name: image.name } };
        const result = await api.upload(
          'POST /api/sessions/{id}/attachments',
          input,
          image.content,
          attachmentViewSchema,
        );
        if (!result.ok) return result;
        stored = result.value.id;
        storedAs.set(image, stored);
      }
      ids.push(stored);
    }
    return { ok: true, value: ids };
  };
}
