import type { RunnerView } from '../../protocol/fleet-view.ts';
import type { NewTask } from '../model/new-task.ts';
import { PLACE_KINDS, type PlaceKind } from '../model/task-draft.ts';
import { ChoiceField, TextField } from './field.tsx';

const KINDS: Readonly<Record<PlaceKind, string>> = {
  repository: 'A repository on GitHub',
  project: 'A project',
  worktree: 'A worktree of a repository on a runner',
  local: 'A folder on a runner, as it is',
};

type Props = { model: NewTask; accounts: readonly string[]; runners: readonly RunnerView[] | null };

/** Where the work is done. */
export function TaskPlace({ model, accounts, runners }: Props) {
  const draft = model.draft.value;
  const { fields } = model.problems.value;
  const { change } = model;
  const known = model.repositories.value;
  const choice = known.find(({ repository }) => repository === draft.repository.trim());
  const isFolder = draft.kind === 'worktree' || draft.kind === 'local';
  return (
    <fieldset class="fields">
      <legend>Where</legend>
      <ChoiceField
        id="kind"
        label="Work in"
        value={draft.kind}
        choices={PLACE_KINDS.map((kind) => [kind, KINDS[kind]] as const)}
        onChange={(value) => change({ kind: PLACE_KINDS.find((kind) => kind === value) ?? 'repository' })}
      />
      {draft.kind === 'repository' && (
        <TextField
          id="repository"
          label="Repository"
          value={draft.repository}
          list="repositories"
          placeholder="owner/name"
          hint={known.length === 0 ? 'The GitHub App must be installed on it.' : null}
          problem={fields.repository}
          onInput={(repository) => change({ repository })}
        />
      )}
      <datalist id="repositories">
        {known.map(({ id, repository }) => (
          <option key={id} value={repository} />
        ))}
      </datalist>
      {draft.kind === 'project' && (
        <ChoiceField
          id="project"
          label="Project"
          value={draft.project}
          choices={[['', 'choose one'], ...model.projects.value.map(({ name }) => [name, name] as const)]}
          problem={fields.project}
          onChange={(project) => change({ project })}
        />
      )}
      {isFolder && (
        <TextField
          id="path"
          label="Folder"
          value={draft.path}
          placeholder="/home/me/project"
          hint="Its full path on the machine of a runner."
          problem={fields.path}
          onInput={(path) => change({ path })}
        />
      )}
      {(draft.kind === 'repository' || draft.kind === 'worktree') && (
        <TextField
          id="base"
          label="Base branch"
          value={draft.base}
          placeholder={choice?.defaultBranch ?? 'the default branch'}
          problem={fields.base}
          onInput={(base) => change({ base })}
        />
      )}
      {draft.kind !== 'repository' && accounts.length > 1 && (
        <ChoiceField
          id="account"
          label="Account"
          value={draft.account}
          choices={[['', 'choose one'], ...accounts.map((account) => [account, account] as const)]}
          problem={fields.account}
          onChange={(account) => {
            change({ account });
            void model.load();
          }}
        />
      )}
      <RunnerNote runners={runners} labels={draft.labels} />
    </fieldset>
  );
}

/** What would keep the task waiting, before it is started. */
function RunnerNote({ runners, labels }: { runners: readonly RunnerView[] | null; labels: string }) {
  if (runners === null) return null;
  const online = runners.filter(({ status }) => status === 'online');
  if (online.length === 0) {
    return (
      <p class="note" role="note">
        No runner is online, so the task will wait. <a href="/settings/runners">Add one</a>.
      </p>
    );
  }
  const asked = labels.split(/[\s,]+/).filter((label) => label !== '');
  const fits = online.some((runner) => asked.every((label) => runner.labels.includes(label)));
  if (fits) return null;
  return (
    <p class="note" role="note">
      No runner that is online has {asked.length === 1 ? 'the label' : 'all the labels'} {asked.join(', ')},
      so the task will wait.
    </p>
  );
}
