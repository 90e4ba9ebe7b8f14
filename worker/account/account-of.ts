import type { AccountKey } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';
import type { RemoteDesks } from './desks.ts';

/** The desks of an account's object: `accountOf(env, account).audit.add(…)` is one call to it. */
export function accountOf(env: Env, account: AccountKey): RemoteDesks {
  const stub = env.ACCOUNT.get(env.ACCOUNT.idFromName(account));
  const deskOf = (desk: string) =>
    new Proxy(
      {},
      {
        // A promise is told from other things by its `then`.
        get: (_target, method) =>
          typeof method === 'string' && method !== 'then'
            ? (...args: unknown[]) => stub.ask(desk, method, args)
            : undefined,
      },
    );
  // What the proxies answer to is what `openDesks` makes: the compiler knows the names, the object the methods.
  return new Proxy({}, { get: (_target, desk) => deskOf(String(desk)) }) as RemoteDesks;
}
