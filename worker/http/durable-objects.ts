import type { AccountKey, SessionId } from '../../protocol/ids.ts';
import type { Env } from '../env.ts';

/* Names of the Durable Objects: a session's by its id, the others by the account they serve. */

export const sessionOf = (env: Env, id: SessionId) => env.SESSION.get(env.SESSION.idFromName(id));

export const fleetOf = (env: Env, account: AccountKey) => env.FLEET.get(env.FLEET.idFromName(account));

export const installationOf = (env: Env, account: AccountKey) =>
  env.INSTALLATION.get(env.INSTALLATION.idFromName(account));
