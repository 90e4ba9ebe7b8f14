import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fleetViewSchema, type RunnerView } from '../../protocol/fleet-view.ts';
import {
  registrationTokenAnswerSchema,
  registrationTokensAnswerSchema,
} from '../../protocol/registration.ts';
import { type Draft, type Field, listOf, textOf } from '../records/form-fields.ts';
import { type Failed, failedOf } from '../records/resource.ts';
import { Modal } from './modal.tsx';
import { ResourceForm } from './resource-form.tsx';
import type { SettingsContext } from './settings-context.ts';
import { CopyText } from './shown-once.tsx';

/** Somebody waits for it with the terminal beside the page. */
const LOOK_AGAIN_MS = 2_000;

const FIELDS: readonly Field[] = [
  { kind: 'text', name: 'name', label: 'Name', placeholder: 'build-1', hint: 'Empty: the machine’s own.' },
  {
    kind: 'text',
    name: 'labels',
    label: 'Labels',
    placeholder: 'linux, gpu',
    hint: 'Tasks may ask for them.',
  },
];

type Step = { status: 'asking' } | { status: 'made'; id: string; command: string };

/** A command to paste on a machine, and word of the runner as soon as it is here. */
export function AddRunner({ context, onClose }: { context: SettingsContext; onClose: () => void }) {
  const step = useSignal<Step>({ status: 'asking' });

  async function make(draft: Draft): Promise<Failed | null> {
    const { api, query, origin, onSignedOut } = context;
    const body = { ...query, name: textOf(draft, 'name'), labels: listOf(draft, 'labels') };
    const result = await api.call(
      'POST /api/runners/registration-tokens',
      { body },
      registrationTokenAnswerSchema,
    );
    if (!result.ok) {
      if (result.failure.reason === 'signed_out') onSignedOut();
      return failedOf(result.failure);
    }
    const { id, token } = result.value;
    step.value = { status: 'made', id, command: registerCommand(origin, token) };
    return null;
  }

  if (step.value.status === 'asking') {
    return (
      <Modal title="Add a runner" onClose={onClose}>
        <ResourceForm
          fields={FIELDS}
          draft={{}}
          confirm="Show the command"
          submit={make}
          onDone={() => {}}
          onCancel={onClose}
        />
      </Modal>
    );
  }
  return (
    <Modal title="Add a runner" onClose={onClose}>
      <p>Paste this on the machine that is to work. It needs git, Node 20 or newer, and a Claude login.</p>
      <CopyText value={step.value.command} />
      <p class="hint">
        It is shown once, registers one runner and is good for an hour. It begins with a space, so that most
        shells keep it out of their history.
      </p>
      <Arrival context={context} tokenId={step.value.id} />
      <p class="actions">
        <button type="button" class="main" onClick={onClose}>
          Done
        </button>
      </p>
    </Modal>
  );
}

/** The token stands in the environment: arguments are seen by everybody on the machine. */
function registerCommand(origin: string, token: string): string {
  const runner = 'npx signalbox-runner';
  return ` SIGNALBOX_REGISTRATION_TOKEN=${token} ${runner} register --url ${origin} && ${runner} start`;
}

/** Says when the token was used, and when its runner is online. */
function Arrival({ context, tokenId }: { context: SettingsContext; tokenId: string }) {
  const runner = useSignal<RunnerView | 'registered' | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const look = async () => {
      runner.value = await findRunner(context, tokenId);
      if (ended || (typeof runner.value === 'object' && runner.value?.status === 'online')) return;
      timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [context, tokenId, runner]);
  return (
    <p
      role="status"
      class={`badge ${typeof runner.value === 'object' && runner.value?.status === 'online' ? 'online' : 'pending'}`}
    >
      {describeArrival(runner.value)}
    </p>
  );
}

function describeArrival(runner: RunnerView | 'registered' | null): string {
  if (runner === null) return 'Waiting for the runner…';
  if (runner === 'registered') return 'It is registered, and is to start.';
  return runner.status === 'online'
    ? `${runner.name} is here.`
    : `${runner.name} is registered, and is to start.`;
}

async function findRunner(
  { api, query }: SettingsContext,
  tokenId: string,
): Promise<RunnerView | 'registered' | null> {
  const tokens = await api.call(
    'GET /api/runners/registration-tokens',
    { query },
    registrationTokensAnswerSchema,
  );
  const token = tokens.ok ? tokens.value.items.find(({ id }) => id === tokenId) : undefined;
  if (token === undefined || token.runnerId === null) return null;
  const fleet = await api.call('GET /api/runners', { query }, fleetViewSchema);
  const found = fleet.ok ? fleet.value.runners.find(({ id }) => id === token.runnerId) : undefined;
  return found ?? 'registered';
}
