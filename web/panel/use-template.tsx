import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Prompt, promptSchema } from '../../protocol/prompts.ts';
import { taskViewSchema } from '../../protocol/task.ts';
import type { TemplateUse } from '../../protocol/template-use.ts';
import { type Api, type ApiFailure, describeFailure } from '../model/api.ts';
import { itemsOf } from '../model/items-of.ts';
import { isFilled, TemplateFields } from './template-fields.tsx';

type Props = { api: Api; sessionId: string; account: string };

/** Starts a task in a session by a template of its account. */
export function UseTemplate({ api, sessionId, account }: Props) {
  const prompts = useSignal<Prompt[] | null>(null);
  const use = useSignal<TemplateUse | null>(null);
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const fail = (failure: ApiFailure) => {
    problem.value = describeFailure(failure);
  };
  useEffect(() => {
    void api.call('GET /api/prompts', { query: { account } }, itemsOf(promptSchema)).then((result) => {
      if (result.ok) prompts.value = result.value.items;
      else fail(result.failure);
    });
  }, [api, account]);

  async function start(template: TemplateUse): Promise<void> {
    busy.value = true;
    problem.value = null;
    const input = { params: { id: sessionId }, body: { template } };
    const result = await api.call('POST /api/sessions/{id}/tasks', input, taskViewSchema);
    busy.value = false;
    if (result.ok) use.value = null;
    else fail(result.failure);
  }

  const known = prompts.value;
  return (
    <div class="fields">
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {known === null && problem.value === null && <p class="quiet late">Loading the templates…</p>}
      {known?.length === 0 && (
        <p class="quiet">The account has no templates yet: POST /api/prompts makes one.</p>
      )}
      {known !== null && known.length > 0 && (
        <TemplateFields
          prompts={known}
          use={use.value}
          onChange={(next) => {
            use.value = next;
          }}
        />
      )}
      <p class="actions">
        <button
          type="button"
          disabled={busy.value || !isFilled(known ?? [], use.value)}
          onClick={() => use.value !== null && void start(use.value)}
        >
          Start a task with it
        </button>
      </p>
    </div>
  );
}
