import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { z } from 'zod';
import { fleetViewSchema, type RunnerView, runnerViewSchema } from '../../protocol/fleet-view.ts';
import { type RegistrationTokenView, registrationTokensAnswerSchema } from '../../protocol/registration.ts';
import type { ApiResult } from '../model/api.ts';
import { may } from '../records/choose-account.ts';
import type { Listed, Resource } from '../records/resource.ts';
import { formatBytes, formatState } from '../view/format.ts';
import { Moment } from '../view/moment.tsx';
import { AddRunner } from './add-runner.tsx';
import { removal } from './removal.ts';
import { type Action, ResourceSection, type SectionSpec } from './resource-section.tsx';
import type { SectionProps, SettingsContext } from './settings-context.ts';
import { useResource } from './use-resource.ts';

/** Machines come and go within seconds; whoever looks at the list wants to see it. */
const READ_AGAIN_MS = 5_000;

async function readRunners({ api, query }: SettingsContext): Promise<ApiResult<Listed<RunnerView>>> {
  const result = await api.call('GET /api/runners', { query }, fleetViewSchema);
  return result.ok ? { ok: true, value: { items: result.value.runners } } : result;
}

/** The machines that work: how they are, and a way to add one. */
export function RunnersSection({ context }: SectionProps) {
  const resource = useResource(context, readRunners);
  const adding = useSignal(false);
  const { api, query, role } = context;
  const isAdmin = may(role, 'admin');
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void resource.read();
    }, READ_AGAIN_MS);
    return () => clearInterval(timer);
  }, [resource]);
  const spec: SectionSpec<RunnerView> = {
    title: 'Runners',
    about: 'The machines on which Claude Code works. They call here; nothing needs to reach them.',
    empty: 'No machine works yet. Add one: it takes one command.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    badgeOf: ({ status }) => ({ text: formatState(status), kind: status }),
    facts: (runner) => <RunnerFacts runner={runner} />,
    actions: (runner) =>
      isAdmin
        ? [
            draining(resource, context, runner),
            removal(resource, {
              verb: 'Remove',
              what: `the runner ${runner.name}`,
              text: 'Its connections are closed, and its jobs go to others. To let it end its jobs first, drain it.',
              done: 'was removed',
              call: () =>
                api.call('DELETE /api/runners/{id}', { params: { id: runner.id }, query }, z.null()),
            }),
          ]
        : [],
  };
  return (
    <>
      <ResourceSection resource={resource} spec={spec}>
        {isAdmin && (
          <p>
            <button
              type="button"
              class="main"
              onClick={() => {
                adding.value = true;
              }}
            >
              Add a runner
            </button>
          </p>
        )}
      </ResourceSection>
      {isAdmin && !adding.value && <OpenTokens context={context} />}
      {adding.value && (
        <AddRunner
          context={context}
          onClose={() => {
            adding.value = false;
            void resource.read();
          }}
        />
      )}
    </>
  );
}

/** Has a runner take no new jobs, or take them again. */
function draining(
  resource: Resource<RunnerView>,
  { api, query }: SettingsContext,
  { id, name, drainAsked }: RunnerView,
): Action {
  const ask = (drain: boolean, said: string) => () =>
    resource.act(
      () => api.call('PATCH /api/runners/{id}', { params: { id }, query, body: { drain } }, runnerViewSchema),
      said,
    );
  return drainAsked
    ? { label: 'Take jobs again', run: ask(false, `The runner ${name} takes jobs again.`) }
    : { label: 'Drain', run: ask(true, `The runner ${name} takes no new jobs.`) };
}

function RunnerFacts({ runner }: { runner: RunnerView }) {
  const { labels, capacity, jobs, version, claudeVersion, metrics, lastSeenAt, drainAsked } = runner;
  return (
    <>
      {jobs.length} of {capacity} jobs
      {drainAsked && (jobs.length === 0 ? ', drained: it may be stopped' : ', drains: they go on')} ·{' '}
      {labels.length === 0 ? 'no labels' : labels.join(', ')} · Signalbox {version ?? 'unknown'}, Claude Code{' '}
      {claudeVersion ?? 'unknown'} · last seen <Moment at={lastSeenAt} />
      {metrics !== null && (
        <>
          {' '}
          · CPU {Math.round(metrics.cpuShare * 100)} %, memory {formatBytes(metrics.memoryUsedBytes)} of{' '}
          {formatBytes(metrics.memoryTotalBytes)}, disk {formatBytes(metrics.diskFreeBytes)} free
        </>
      )}
    </>
  );
}

const readTokens = ({ api, query }: SettingsContext) =>
  api.call('GET /api/runners/registration-tokens', { query }, registrationTokensAnswerSchema);

/** Registration tokens: a command that nobody has run yet can be revoked. */
function OpenTokens({ context }: { context: SettingsContext }) {
  const resource = useResource(context, readTokens);
  const { api, query } = context;
  const spec: SectionSpec<RegistrationTokenView> = {
    title: 'Registration tokens',
    level: 2,
    about: 'Each command registers one runner; what nobody ran is revoked here.',
    empty: 'No command waits to be run.',
    keyOf: ({ id }) => id,
    nameOf: ({ name }) => name ?? 'a runner',
    badgeOf: ({ status }) => ({ text: status, kind: status === 'open' ? 'pending' : 'offline' }),
    facts: ({ labels, createdAt, expiresAt }) => (
      <>
        {labels.join(', ')} made <Moment at={createdAt} /> · ends <Moment at={expiresAt} />
      </>
    ),
    actions: ({ id, status, name }) =>
      status === 'open'
        ? [
            removal(resource, {
              verb: 'Revoke',
              what: `the command for ${name ?? 'a runner'}`,
              text: 'It registers nothing from then on.',
              done: 'was revoked',
              call: () =>
                api.call('DELETE /api/runners/registration-tokens/{id}', { params: { id }, query }, z.null()),
            }),
          ]
        : [],
  };
  return <ResourceSection resource={resource} spec={spec} />;
}
