import { type Signal, signal } from '@preact/signals';
import { signInMethodsSchema } from '../../protocol/sign-in.ts';
import type { Api } from './api.ts';

export type SignInMethods = {
  /** Whether people sign in with GitHub here; false until that is known. */
  github: Signal<boolean>;
  ask(): Promise<void>;
};

/** How somebody can sign in at this deployment. */
export function createSignInMethods(api: Api): SignInMethods {
  const github = signal(false);
  return {
    github,
    async ask() {
      const result = await api.call('GET /api/sign-in', {}, signInMethodsSchema);
      if (result.ok) github.value = result.value.github;
    },
  };
}

const FAILURES: Record<string, string> = {
  expired: 'The sign-in took too long, or was begun in another browser. Try again.',
  refused: 'GitHub did not confirm the sign-in. Try again.',
  no_access:
    'GitHub shows you no repository that this Signalbox works on. Ask an admin for access to one, or for a role.',
};

/** What went wrong on the way back from GitHub (`#sign-in-failed=…`), in words; null when nothing did. */
export function readSignInFailure(hash: string): string | null {
  const reason = new URLSearchParams(hash.replace(/^#/, '')).get('sign-in-failed');
  return reason === null ? null : (FAILURES[reason] ?? FAILURES.refused ?? null);
}
