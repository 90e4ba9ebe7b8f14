import type { Fault } from '../../doubles/github/faults.ts';
import type { Injector } from './injection.ts';

/** Everything that the Worker and git ask GitHub for. */
const ANY_PATH = /^\//;

const LONGEST_RETRY_AFTER_SECONDS = 3;

/** Arms a fault for the next request that fits; it counts when one came. */
function arm(faultOf: (variant: number) => Fault): Injector {
  return ({ variant }, { world }) => {
    const handle = world.github.failNext(faultOf(variant));
    return { status: 'later', struck: () => handle.used > 0 };
  };
}

export const github500 = arm(() => ({ kind: '500', match: { path: ANY_PATH } }));
export const github502 = arm(() => ({ kind: '502', match: { path: ANY_PATH } }));

export const githubRateLimit = arm((variant) => ({
  kind: 'secondary-rate-limit',
  match: { method: 'POST', path: /^\/repos\// },
  retryAfterSeconds: Math.ceil(variant * LONGEST_RETRY_AFTER_SECONDS),
}));

/** A write is done and nobody hears of it: a comment, a pull request, a push. */
export const githubAnswerLost = arm((variant) => ({
  kind: 'answer-lost',
  match: { method: variant < 0.3 ? 'PATCH' : 'POST', path: ANY_PATH },
}));

export const githubHang = arm(() => ({ kind: 'hang', match: { path: /^\/repos\// } }));
