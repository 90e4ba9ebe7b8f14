import { forbidden } from '../refusal.ts';
import { renderUserProfile } from '../render/render-account.ts';
import { knownAccount, ok, type Routes } from './rest-call.ts';

/** GitHub's hourly limit of an installation; the double counts no one down. */
const HOURLY_LIMIT = 5_000;

export const userRoutes = {
  'users/get-authenticated': ({ world, caller }) => {
    // An installation token is no person: GitHub answers 403.
    if (caller.kind !== 'user') throw forbidden();
    return ok(renderUserProfile(world, caller.account));
  },
  'users/get-by-username': ({ world, params }) =>
    ok(renderUserProfile(world, knownAccount(world, params.username ?? ''))),
  'rate-limit/get': ({ world }) => {
    const reset = Math.floor(world.now() / 1000) + 3_600;
    const limit = { limit: HOURLY_LIMIT, used: 0, remaining: HOURLY_LIMIT, reset };
    return ok({
      rate: limit,
      resources: { core: limit, search: { ...limit, limit: 30, remaining: 30 }, graphql: limit },
    });
  },
} satisfies Routes;
