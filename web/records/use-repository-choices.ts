import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { repositoriesAnswerSchema } from '../../protocol/repositories.ts';
import type { Api } from '../model/api.ts';
import type { AccountQuery } from '../model/me.ts';
import type { Choice } from './form-fields.ts';

/** More than these are found by name on the page of a new task. */
const MAX_CHOICES = 100;

/** Repositories by GitHub's id; none until they are known, or when they can't be read. */
export function useRepositoryChoices(api: Api, { account }: AccountQuery): readonly Choice[] {
  const choices = useSignal<readonly Choice[]>([]);
  useEffect(() => {
    const query = { account, limit: MAX_CHOICES };
    void api.call('GET /api/repositories', { query }, repositoriesAnswerSchema).then((result) => {
      if (!result.ok) return;
      choices.value = result.value.items.map(({ id, repository }): Choice => [String(id), repository]);
    });
  }, [api, account, choices]);
  return choices.value;
}
