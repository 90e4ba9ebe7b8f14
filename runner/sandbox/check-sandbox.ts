import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import type { SandboxState } from './open-sandbox.ts';
import type { SandboxMode } from './sandbox-mode.ts';

const REMEDY =
  'Install bubblewrap, socat and ripgrep (Debian, Ubuntu: scripts/install-sandbox.sh) and allow unprivileged user namespaces (in a container: see "Sandbox" in docs/deploy.md); then restart the runner. Or set SIGNALBOX_SANDBOX=off.';

/** Null where nobody asked for a sandbox. */
export function judgeSandbox(mode: SandboxMode, state: SandboxState): Check | null {
  switch (state.status) {
    case 'off':
      return null;
    case 'ready':
      return checkOk('sandbox', 'Claude Code runs in a bubblewrap sandbox');
    case 'unavailable': {
      const isRequired = mode === 'required';
      const what = isRequired ? 'no job is run without it' : 'Claude Code runs without it';
      const detail = `The sandbox is not available (${state.reason}); ${what}`;
      return checkFailed('sandbox', isRequired ? 'broken' : 'warning', detail, REMEDY);
    }
  }
}
