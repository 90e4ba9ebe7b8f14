import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type SettingsView, settingsViewSchema } from '../../protocol/settings.ts';
import { approvalPolicySchema } from '../../protocol/task-options.ts';
import type { ApiResult } from '../model/api.ts';
import { may } from '../records/choose-account.ts';
import { type Choice, type Draft, type Field, listOf, numberOf, textOf } from '../records/form-fields.ts';
import type { Listed } from '../records/resource.ts';
import { Moment } from '../view/moment.tsx';
import { ResourceForm } from './resource-form.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

/** The settings of an account as the one thing of a list. */
export async function readSettings({
  api,
  query,
}: SettingsContext): Promise<ApiResult<Listed<SettingsView>>> {
  const result = await api.call('GET /api/settings', { query }, settingsViewSchema);
  return result.ok ? { ok: true, value: { items: [result.value] } } : result;
}

const APPROVALS: Record<(typeof approvalPolicySchema.options)[number], string> = {
  pull_request: 'a pull request, whose review is the approval',
  before_push: 'wait for a person before anything is pushed',
  none: 'push at once',
};

const DEFAULT: Choice = ['', 'as Signalbox has it'];

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'timeZone', label: 'Time zone', hint: 'Where a day of the budgets begins.' },
  { kind: 'text', name: 'tasks.model', label: 'Model', hint: 'Empty: Claude Code’s own default.' },
  { kind: 'number', name: 'tasks.maxMinutes', label: 'Minutes a task may take' },
  { kind: 'number', name: 'tasks.maxTurns', label: 'Turns a task may take' },
  { kind: 'number', name: 'tasks.maxUsd', label: 'US dollars a task may cost' },
  { kind: 'text', name: 'tasks.labels', label: 'Labels that runners must have', placeholder: 'linux, gpu' },
  {
    kind: 'choice',
    name: 'tasks.approval',
    label: 'Work leaves the machine by',
    choices: [DEFAULT, ...approvalPolicySchema.options.map((one): Choice => [one, APPROVALS[one]])],
  },
];

/** What holds for tasks where nothing else says so. */
export function AccountSection({ context }: SectionProps) {
  const resource = useResource(context, readSettings);
  const view = useComputed(() => resource.items.value?.[0] ?? null).value;
  useEffect(() => void resource.read(), [resource]);
  const mayWrite = may(context.role, 'admin');
  return (
    <>
      <h1>Account</h1>
      <p class="quiet">
        What tasks are given where neither the request nor the repository’s file says anything. An empty field
        is Signalbox’s own default.
      </p>
      <p role="status">{resource.said.value}</p>
      {resource.problem.value !== null && <p role="alert">{resource.problem.value}</p>}
      {view === null && resource.problem.value === null && <p class="quiet late">Loading…</p>}
      {view !== null && (
        <p class="quiet">
          {view.account}
          {view.updatedBy !== null && (
            <>
              {' '}
              · changed by {view.updatedBy}, <Moment at={view.updatedAt} />
            </>
          )}
        </p>
      )}
      {view !== null && mayWrite && (
        <ResourceForm
          key={view.updatedAt}
          fields={FIELDS}
          draft={draftOf(view)}
          confirm="Keep them"
          submit={(draft) => {
            const { api, query } = context;
            const change = () =>
              api.call('PATCH /api/settings', { query, body: patchOf(draft) }, settingsViewSchema);
            return resource.act(change, 'The settings were changed; they hold with the next task.');
          }}
          onDone={() => {}}
        />
      )}
      {view !== null && !mayWrite && <Settled view={view} />}
    </>
  );
}

/** The same for those who may not change it. */
function Settled({ view }: { view: SettingsView }) {
  const draft = draftOf(view);
  return (
    <dl class="settled">
      {FIELDS.map(({ name, label }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>{draft[name] || 'default'}</dd>
        </div>
      ))}
    </dl>
  );
}

function draftOf({ settings: { timeZone, tasks } }: SettingsView): Draft {
  const text = (value: unknown) => (value === undefined || value === null ? '' : String(value));
  return {
    timeZone,
    'tasks.model': text(tasks.model),
    'tasks.maxMinutes': text(tasks.maxMinutes),
    'tasks.maxTurns': text(tasks.maxTurns),
    'tasks.maxUsd': text(tasks.maxUsd),
    'tasks.labels': (tasks.labels ?? []).join(', '),
    'tasks.approval': text(tasks.approval),
  };
}

/** Null takes a setting back to its default. */
function patchOf(draft: Draft) {
  const labels = listOf(draft, 'tasks.labels');
  const approval = approvalPolicySchema.safeParse(draft['tasks.approval']);
  return {
    timeZone: textOf(draft, 'timeZone') ?? null,
    tasks: {
      model: textOf(draft, 'tasks.model') ?? null,
      maxMinutes: numberOf(draft, 'tasks.maxMinutes'),
      maxTurns: numberOf(draft, 'tasks.maxTurns'),
      maxUsd: numberOf(draft, 'tasks.maxUsd'),
      labels: labels.length === 0 ? null : labels,
      approval: approval.success ? approval.data : null,
    },
  };
}
