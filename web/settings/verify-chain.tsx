import { useSignal } from '@preact/signals';
import { type AuditHead, type AuditVerdict, auditVerdictSchema } from '../../protocol/audit.ts';
import { type ApiResult, describeFailure } from '../model/api.ts';
import type { SettingsContext } from './settings-context.ts';

type State =
  | { status: 'idle' }
  | { status: 'checking'; line: number }
  | { status: 'intact'; head: AuditHead }
  | { status: 'broken'; line: number; reason: string }
  | { status: 'failed'; message: string };

const REASONS = {
  missing: 'is not there',
  changed: 'is not what it was',
  unlinked: 'does not follow the line before it',
  foreign: 'belongs to another account',
  rewritten: 'is part of a chain that this account has not made',
} as const;

/** Checks every line of the log, part by part. */
async function verifyWhole(
  ask: (after: AuditHead | null) => Promise<ApiResult<AuditVerdict>>,
  onPart: (line: number) => void,
): Promise<State> {
  let after: AuditHead | null = null;
  for (;;) {
    const result = await ask(after);
    if (!result.ok) return { status: 'failed', message: describeFailure(result.failure) };
    const { status, to, head, more, fault } = result.value;
    if (status === 'broken') {
      const reason = fault === null ? 'is wrong' : REASONS[fault.reason];
      return { status, line: fault?.number ?? to.number, reason };
    }
    // A part without a line would be asked for again and again.
    if (!more || to.number === after?.number) return { status: 'intact', head };
    after = to;
    onPart(to.number);
  }
}

/** A button that checks the chain, and what came of it. */
export function VerifyChain({ context: { api, query } }: { context: SettingsContext }) {
  const state = useSignal<State>({ status: 'idle' });
  async function check(): Promise<void> {
    state.value = { status: 'checking', line: 0 };
    state.value = await verifyWhole(
      (after) => {
        const from = after === null ? {} : { after: after.number, hash: after.hash };
        return api.call('GET /api/audit/verify', { query: { ...query, ...from } }, auditVerdictSchema);
      },
      (line) => {
        state.value = { status: 'checking', line };
      },
    );
  }
  return (
    <p class="actions">
      <button type="button" disabled={state.value.status === 'checking'} onClick={() => void check()}>
        Verify the chain
      </button>
      <span role="status">{describe(state.value)}</span>
    </p>
  );
}

function describe(state: State): string {
  switch (state.status) {
    case 'idle':
      return '';
    case 'checking':
      return `Checked up to line ${state.line}…`;
    case 'intact':
      return `Intact: ${state.head.number} lines. Note the last one’s hash elsewhere: ${state.head.hash}`;
    case 'broken':
      return `Broken: line ${state.line} ${state.reason}.`;
    case 'failed':
      return state.message;
  }
}
