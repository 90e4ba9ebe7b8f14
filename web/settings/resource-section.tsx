import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Failed, Resource } from '../records/resource.ts';
import { Confirm, type Question } from './confirm.tsx';
import { Modal } from './modal.tsx';
import { type FormSpec, ResourceForm } from './resource-form.tsx';
import { type Secret, ShownOnce } from './shown-once.tsx';

/** Something that can be done with an item: at once, after a question, or by a form. */
export type Action = { label: string } & (
  | { run: () => Promise<Failed | null>; ask?: Question }
  | { form: FormSpec & { title: string } }
);

export type SectionSpec<Item> = {
  title: string;
  /** 2: it stands below another. */
  level?: 1 | 2;
  about: ComponentChildren;
  /** What is said while there are none. */
  empty: string;
  keyOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  badgeOf?: (item: Item) => { text: string; kind: string } | null;
  /** The facts of an item, below its name. */
  facts: (item: Item) => ComponentChildren;
  actions?: (item: Item) => Action[];
  /** Makes one. */
  create?: Action | undefined;
};

type Props<Item> = {
  resource: Resource<Item>;
  spec: SectionSpec<Item>;
  secret?: { value: Secret | null };
  children?: ComponentChildren;
};

/** A list of things with what can be done with each, and a way to make one. */
export function ResourceSection<Item>({ resource, spec, secret, children }: Props<Item>) {
  const { items, problem, said, hasMore } = resource;
  const Heading = spec.level === 2 ? 'h2' : 'h1';
  useEffect(() => {
    void resource.read();
  }, [resource]);
  return (
    <>
      <div class="section-head">
        <Heading>{spec.title}</Heading>
        {spec.create !== undefined && <ActionButton action={spec.create} kind="main" />}
      </div>
      <p class="quiet">{spec.about}</p>
      <p role="status" class="said-so">
        {said.value}
      </p>
      {problem.value !== null && (
        <p role="alert">
          {problem.value}{' '}
          <button type="button" onClick={() => void resource.read()}>
            Try again
          </button>
        </p>
      )}
      {children}
      {items.value === null && problem.value === null && <p class="quiet late">Loading…</p>}
      {items.value?.length === 0 && <p class="card narrow empty">{spec.empty}</p>}
      <ul class="things">
        {items.value?.map((item) => (
          <Thing key={spec.keyOf(item)} item={item} spec={spec} />
        ))}
      </ul>
      {hasMore.value && (
        <button type="button" onClick={() => void resource.readMore()}>
          Show more
        </button>
      )}
      {secret?.value != null && (
        <ShownOnce
          secret={secret.value}
          onClose={() => {
            secret.value = null;
          }}
        />
      )}
    </>
  );
}

function Thing<Item>({ item, spec }: { item: Item; spec: SectionSpec<Item> }) {
  const heading = `thing-${spec.keyOf(item)}`;
  const badge = spec.badgeOf?.(item) ?? null;
  const actions = spec.actions?.(item) ?? [];
  return (
    <li aria-labelledby={heading} data-row tabIndex={-1}>
      <p class="thing-name">
        <strong id={heading}>{spec.nameOf(item)}</strong>
        {badge !== null && <span class={`badge ${badge.kind}`}>{badge.text}</span>}
      </p>
      <div class="thing-facts quiet">{spec.facts(item)}</div>
      {actions.length > 0 && (
        <p class="thing-actions">
          {actions.map((action) => (
            <ActionButton key={action.label} action={action} about={heading} kind="plain" />
          ))}
        </p>
      )}
    </li>
  );
}

type ButtonProps = { action: Action; about?: string; kind: 'main' | 'plain' };

/** A button that does it, or opens what has to be said before. */
function ActionButton({ action, about, kind }: ButtonProps) {
  const open = useSignal(false);
  const problem = useSignal<string | null>(null);
  const close = () => {
    open.value = false;
  };
  async function press(): Promise<void> {
    problem.value = null;
    if ('form' in action || action.ask !== undefined) {
      open.value = true;
      return;
    }
    const failed = await action.run();
    if (failed !== null) problem.value = failed.message ?? Object.values(failed.mistakes).join('; ');
  }
  return (
    <>
      <button type="button" class={kind} aria-describedby={about} onClick={() => void press()}>
        {action.label}
      </button>
      {problem.value !== null && <span role="alert">{problem.value}</span>}
      {open.value && 'form' in action && (
        <Modal title={action.form.title} onClose={close}>
          <ResourceForm {...action.form} onDone={close} onCancel={close} />
        </Modal>
      )}
      {open.value && 'run' in action && action.ask !== undefined && (
        <Confirm question={action.ask} run={action.run} onClose={close} />
      )}
    </>
  );
}
