import type { ApiResult } from '../model/api.ts';
import type { Draft, Field } from '../records/form-fields.ts';
import type { Resource } from '../records/resource.ts';
import { removal } from './removal.ts';
import type { Action } from './resource-section.tsx';

/** What is found by name or id, and written as a whole. */
export type Catalog<Item, Body> = {
  /** `prompt` */
  what: string;
  fields: readonly Field[];
  /** What it means to delete one. */
  removalText: string;
  draftOf: (item: Item) => Draft;
  /** @param before what is changed; null: it is made */
  bodyOf: (draft: Draft, before: Item | null) => Body;
  make: (body: Body) => Promise<ApiResult<Item>>;
  write: (key: string, body: Body) => Promise<ApiResult<Item>>;
  remove: (key: string) => Promise<ApiResult<null>>;
};

type Named = { id: string; name: string };

/** Making, changing and deleting things of a catalogue, for those who may. */
export function catalogActions<Item extends Named, Body extends { name: string }>(
  resource: Resource<Item>,
  mayWrite: boolean,
  catalog: Catalog<Item, Body>,
): { create: Action | undefined; actions: (item: Item) => Action[] } {
  if (!mayWrite) return { create: undefined, actions: () => [] };
  const { what, fields, removalText, draftOf, bodyOf, make, write, remove } = catalog;
  return {
    create: {
      label: `New ${what}`,
      form: {
        title: `New ${what}`,
        fields,
        draft: {},
        confirm: 'Make it',
        submit: (draft) => {
          const body = bodyOf(draft, null);
          return resource.act(() => make(body), `The ${what} ${body.name} was made.`);
        },
      },
    },
    actions: (item) => [
      {
        label: 'Change',
        form: {
          title: `Change ${item.name}`,
          fields,
          draft: draftOf(item),
          confirm: 'Keep it',
          submit: (draft) => {
            const body = bodyOf(draft, item);
            return resource.act(() => write(item.id, body), `The ${what} ${body.name} was changed.`);
          },
        },
      },
      removal(resource, {
        verb: 'Delete',
        what: `the ${what} ${item.name}`,
        text: removalText,
        done: 'was deleted',
        call: () => remove(item.id),
      }),
    ],
  };
}
