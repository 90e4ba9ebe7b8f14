import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeSandbox, openSandbox } from '../open-sandbox.ts';

/** Set where a sandbox is known to be possible: tests then fail without one instead of being left out. */
const MUST_HAVE = 'SIGNALBOX_TEST_SANDBOX';

/** Why this machine has no sandbox; null when it has one. Asked once a test file. */
export async function whyNoSandbox(): Promise<string | null> {
  const folder = join(tmpdir(), 'signalbox-no-such-folder');
  const state = await openSandbox({
    mode: 'auto',
    dataDir: folder,
    configDir: folder,
    transcriptsOf: () => folder,
    home: folder,
    denyRead: [],
    hosts: [],
    env: {},
  });
  await closeSandbox();
  if (state.status !== 'unavailable') return null;
  if (process.env[MUST_HAVE] === 'required') throw new Error(`There is no sandbox here: ${state.reason}`);
  return state.reason;
}
