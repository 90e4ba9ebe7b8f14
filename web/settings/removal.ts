import type { ApiResult } from '../model/api.ts';
import type { Resource } from '../records/resource.ts';
import type { Action } from './resource-section.tsx';

type Removal = {
  /** On the button: `Revoke`. */
  verb: string;
  what: string;
  /** What it means. */
  text: string;
  /** `was revoked` */
  done: string;
  call: () => Promise<ApiResult<null>>;
};

/** Takes a thing away for good, after a question. */
export function removal<Item>(resource: Resource<Item>, { verb, what, text, done, call }: Removal): Action {
  return {
    label: `${verb}…`,
    ask: { title: `${verb} ${what}?`, text, confirm: `${verb} it` },
    run: () => resource.act(call, `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} ${done}.`),
  };
}
