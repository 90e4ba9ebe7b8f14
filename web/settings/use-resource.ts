import { useMemo } from 'preact/hooks';
import type { ApiResult } from '../model/api.ts';
import { createResource, type Listed, type Resource } from '../records/resource.ts';
import type { SettingsContext } from './settings-context.ts';

/** The things of a section, for as long as it is shown. */
export function useResource<Item>(
  context: SettingsContext,
  read: (context: SettingsContext, cursor: string | undefined) => Promise<ApiResult<Listed<Item>>>,
): Resource<Item> {
  return useMemo(
    () =>
      createResource<Item>({
        read: (cursor) => read(context, cursor),
        onSignedOut: context.onSignedOut,
      }),
    [context, read],
  );
}
