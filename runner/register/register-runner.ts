import { hostname } from 'node:os';
import { saveJobKeys } from '../control/job-keys.ts';
import { type AskDeps, askToRegister } from './ask-control-plane.ts';
import { forgetAttempt, nonceFor } from './registration-attempt.ts';
import { readRegistration, registrationPath, saveRegistration } from './registration-file.ts';

export type RegisterSpec = {
  url: string;
  dataDir: string;
  token: string;
  /** Null: the machine's own name. */
  name: string | null;
};

export type RegisterResult = { status: 'registered' | 'failed'; lines: string[] };

/** Makes this machine a runner: uses the token up and keeps credential and keys where `start` finds them. */
export async function registerRunner(spec: RegisterSpec, deps: AskDeps): Promise<RegisterResult> {
  const { url, dataDir, token } = spec;
  if (!token.startsWith('sbt_')) {
    const message =
      'This is not a registration token (sbt_…). An admin makes one with POST /api/runners/registration-tokens.';
    return { status: 'failed', lines: [message] };
  }
  const former = readRegistration(dataDir);
  const nonce = nonceFor(dataDir, token);
  const asked = await askToRegister(url, token, { nonce, name: spec.name ?? hostname() }, deps);
  if (asked.status === 'failed') return { status: 'failed', lines: [asked.message] };
  const { id: runnerId, name, credential, labels, jobKeys } = asked.answer;
  // The address that was typed, not the one that the answer names: it is the one that works from here.
  saveRegistration(dataDir, { version: 1, url, runnerId, name, credential, labels });
  saveJobKeys(dataDir, runnerId, jobKeys);
  forgetAttempt(dataDir);
  const lines = [
    `Registered as "${name}" (${runnerId}).`,
    `The credential lies in ${registrationPath(dataDir)}, for this user alone.`,
    ...jobKeys.map(({ kid }) => `Jobs are taken when they are signed with the key ${kid}.`),
    'Next: signalbox-runner doctor, then signalbox-runner start.',
  ];
  if (former.status === 'found' && former.registration.runnerId !== runnerId) {
    const { name: formerName, runnerId: formerId } = former.registration;
    lines.splice(1, 0, `It replaces "${formerName}" (${formerId}) on this machine; remove that one.`);
  }
  return { status: 'registered', lines };
}
