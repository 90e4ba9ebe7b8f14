import type { TaskOptions } from '../../protocol/task-options.ts';
import type { NewTask } from '../model/new-task.ts';
import { OPTION_FIELDS } from '../model/task-draft.ts';
import { formatUsd } from '../view/format.ts';
import { ChoiceField, TextField } from './field.tsx';

const APPROVALS: Readonly<Record<TaskOptions['approval'], string>> = {
  pull_request: 'a pull request, reviewed there',
  before_push: 'a person, before anything is pushed',
  none: 'nobody: pushed at once',
};
const MODES: Readonly<Record<TaskOptions['mode'], string>> = {
  automation: 'goes on by itself until it is done',
  chat: 'waits for a person after each turn',
};
const PRIORITIES: Readonly<Record<TaskOptions['priority'], string>> = {
  low: 'low',
  normal: 'normal',
  high: 'high',
};

const usual = (text: string): string => `as usual: ${text}`;

/** Choices with the default first, and what that is. */
function choicesOf<T extends string>(texts: Readonly<Record<T, string>>, value: T) {
  const named = Object.entries<string>(texts);
  return [['', usual(texts[value])] as const, ...named];
}

/** What may be chosen for a task. Everything has a default, which is shown in its place. */
export function TaskOptionsFields({ model }: { model: NewTask }) {
  const draft = model.draft.value;
  const defaults = model.defaults.value;
  const { fields } = model.problems.value;
  const { change } = model;
  const isWrong = OPTION_FIELDS.some((field) => fields[field] !== undefined);
  const given = OPTION_FIELDS.filter((field) => draft[field] !== '').length;
  return (
    <details class="options" open={isWrong || undefined}>
      <summary>
        Options <span class="quiet">{given === 0 ? summaryOf(defaults) : `${given} set`}</span>
      </summary>
      <div class="fields two">
        <TextField
          id="model"
          label="Model"
          value={draft.model}
          placeholder={usual(defaults.model ?? "Claude Code's own")}
          problem={fields.model}
          onInput={(value) => change({ model: value })}
        />
        <TextField
          id="maxUsd"
          label="Budget in US dollars"
          inputMode="decimal"
          value={draft.maxUsd}
          placeholder={usual(defaults.maxUsd === null ? 'no limit' : formatUsd(defaults.maxUsd))}
          problem={fields.maxUsd}
          onInput={(maxUsd) => change({ maxUsd })}
        />
        <TextField
          id="maxMinutes"
          label="Minutes"
          inputMode="decimal"
          value={draft.maxMinutes}
          placeholder={usual(String(defaults.maxMinutes))}
          problem={fields.maxMinutes}
          onInput={(maxMinutes) => change({ maxMinutes })}
        />
        <TextField
          id="maxTurns"
          label="Turns of Claude"
          inputMode="numeric"
          value={draft.maxTurns}
          placeholder={usual(defaults.maxTurns === null ? 'no limit' : String(defaults.maxTurns))}
          problem={fields.maxTurns}
          onInput={(maxTurns) => change({ maxTurns })}
        />
        <ChoiceField
          id="approval"
          label="Approved by"
          value={draft.approval}
          choices={choicesOf(APPROVALS, defaults.approval)}
          problem={fields.approval}
          onChange={(approval) => change({ approval })}
        />
        <ChoiceField
          id="mode"
          label="Mode"
          value={draft.mode}
          choices={choicesOf(MODES, defaults.mode)}
          problem={fields.mode}
          onChange={(mode) => change({ mode })}
        />
        <ChoiceField
          id="priority"
          label="Priority"
          value={draft.priority}
          choices={choicesOf(PRIORITIES, defaults.priority)}
          problem={fields.priority}
          onChange={(priority) => change({ priority })}
        />
        <TextField
          id="labels"
          label="Labels of the runner"
          value={draft.labels}
          placeholder={usual(defaults.labels.length === 0 ? 'any runner' : defaults.labels.join(', '))}
          problem={fields.labels}
          onInput={(labels) => change({ labels })}
        />
        <TextField
          id="endWhen"
          label="Done when"
          value={draft.endWhen}
          placeholder={usual(defaults.endWhen ?? 'Claude thinks so')}
          hint="A sentence that must be true of the work, judged by a small model."
          problem={fields.endWhen}
          onInput={(endWhen) => change({ endWhen })}
        />
        <TextField
          id="endCommand"
          label="Done when this command passes"
          value={draft.endCommand}
          placeholder={usual(defaults.endCommand ?? 'none')}
          problem={fields.endCommand}
          onInput={(endCommand) => change({ endCommand })}
        />
        <ChoiceField
          id="tests"
          label="Tests first"
          value={draft.tests}
          choices={choicesOf({ yes: 'yes', no: 'no' }, defaults.tests ? 'yes' : 'no')}
          hint="Claude writes tests for the task, which then must pass."
          problem={fields.tests}
          onChange={(tests) => change({ tests })}
        />
      </div>
      <p class="hint">
        What is left empty is taken from the template, the project, .github/signalbox.yml of the repository,
        and then from what is shown here. Gates come from that file.
      </p>
    </details>
  );
}

/** The defaults that matter, in a line. */
function summaryOf({ model, maxMinutes, maxUsd, approval }: TaskOptions): string {
  const cost = maxUsd === null ? 'no budget' : `up to ${formatUsd(maxUsd)}`;
  return `${model ?? 'default model'}, ${maxMinutes} min, ${cost}, approved by ${APPROVALS[approval]}`;
}
