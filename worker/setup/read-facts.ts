import { and, asc, eq, inArray, isNotNull } from 'drizzle-orm';
import type { AccountKey } from '../../protocol/ids.ts';
import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { describeWithoutCause } from '../github/describe-without-cause.ts';
import { fleetOf, installationOf } from '../http/durable-objects.ts';
import { APP_KEEPER, appOf } from '../read-app.ts';
import type { RecordDb } from '../record/open-record.ts';
import { accounts, repositories, sessions } from '../record/schema.ts';
import type { AppDescription, InstalledAccount, SetupFacts } from './setup-facts.ts';

/** A team has one account, seldom a few. */
const MAX_ACCOUNTS = 10;

/** Looks at everything that the steps are about. @throws when the record does not answer */
export async function readFacts(env: Env, db: RecordDb): Promise<SetupFacts> {
  const { source, botName } = await appOf(env);
  const { publicUrl } = configOf(env);
  const described = source === 'none' ? { app: null, trouble: null } : await describeApp(env);
  const installed = described.app?.installations ?? [];
  const heard = await db
    .select({ account: accounts.key, login: accounts.login })
    .from(accounts)
    .where(
      and(
        isNotNull(accounts.installationId),
        // Where GitHub says where the App is installed, another App's accounts are left out.
        described.app === null
          ? undefined
          : inArray(
              accounts.key,
              installed.map(({ account }) => account),
            ),
      ),
    )
    .limit(MAX_ACCOUNTS);
  const known = new Map<AccountKey, string>(installed.map(({ account, login }) => [account, login]));
  for (const { account, login } of heard) if (!known.has(account)) known.set(account, login ?? account);
  const found = await Promise.all(
    [...known].slice(0, MAX_ACCOUNTS).map(async ([account, login]): Promise<InstalledAccount> => {
      const isHeard = heard.some((one) => one.account === account);
      return { account, login, isHeard, ...(await readAccount(env, db, account)) };
    }),
  );
  return { publicUrl, botName, source, ...described, accounts: source === 'none' ? [] : found };
}

async function describeApp(env: Env): Promise<{ app: AppDescription | null; trouble: string | null }> {
  try {
    return { app: await installationOf(env, APP_KEEPER).describeApp(), trouble: null };
  } catch (error) {
    return { app: null, trouble: describeWithoutCause(error) };
  }
}

async function readAccount(env: Env, db: RecordDb, account: AccountKey) {
  const [fleet, [repository], [session]] = await Promise.all([
    fleetOf(env, account).view(),
    db
      .select({ owner: repositories.owner, name: repositories.name })
      .from(repositories)
      .where(and(eq(repositories.account, account), isNotNull(repositories.installationId)))
      .limit(1),
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.account, account), eq(sessions.source, 'github')))
      .orderBy(asc(sessions.rowNumber))
      .limit(1),
  ]);
  const online = fleet.runners.filter(({ status }) => status === 'online').map(({ name }) => name);
  return {
    online,
    runners: fleet.runners.length,
    repository: repository === undefined ? null : `${repository.owner}/${repository.name}`,
    sessionId: session?.id ?? null,
  };
}
