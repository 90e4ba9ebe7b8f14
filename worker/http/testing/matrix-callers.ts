import { env } from 'cloudflare:workers';
import { ROLES, type Role } from '../../../protocol/access.ts';
import type { KeyRepositories } from '../../../protocol/keys.ts';
import { accountOf } from '../../account/account-of.ts';
import { openRecord } from '../../record/open-record.ts';
import { writeRecord } from '../../record/write-record.ts';
import { type FakePerson, type FakeSignIn, OWN } from './fake-sign-in.ts';

/** Numbers that are nobody else's in what all test files share. */
export const OWN_ACCOUNT = 'github:953001';
export const OTHER_ACCOUNT = 'github:953002';
export const READABLE = 953_011;
export const UNREADABLE = 953_012;

/** What a caller has of the thing that a call is about. */
export type Standing =
  /** Nobody at all. */
  | 'unknown'
  /** All of its account. */
  | 'account'
  /** Its repository, and not the account. */
  | 'repository'
  /** Another repository of its account. */
  | 'other repository'
  /** All of another account. */
  | 'other account';

export type MatrixCaller = { name: string; standing: Standing; role: Role; headers: Record<string, string> };

async function keyFor(account: string, role: Role, repositories: KeyRepositories): Promise<string> {
  const made = await accountOf(env, account).keys.create({
    id: crypto.randomUUID(),
    name: 'matrix',
    role,
    repositories,
    source: 'api',
    holder: null,
    createdBy: 'admin',
    expiresAt: null,
  });
  if (made.status !== 'created') throw new Error(made.message);
  return made.key;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Everybody who may come along, each by his own proof. */
export async function matrixCallers(github: FakeSignIn): Promise<MatrixCaller[]> {
  const callers: MatrixCaller[] = [
    { name: 'nobody', standing: 'unknown', role: 'viewer', headers: {} },
    { name: 'a wrong key', standing: 'unknown', role: 'viewer', headers: bearer('sba_wrong') },
    { name: 'a revoked key', standing: 'unknown', role: 'viewer', headers: bearer(await revokedKey()) },
  ];
  for (const role of ROLES) {
    const all = bearer(await keyFor(OWN_ACCOUNT, role, 'all'));
    callers.push({ name: `${role} of the account`, standing: 'account', role, headers: all });
    const one = bearer(await keyFor(OWN_ACCOUNT, role, [READABLE]));
    callers.push({ name: `${role} of the repository`, standing: 'repository', role, headers: one });
  }
  const other = bearer(await keyFor(OWN_ACCOUNT, 'admin', [UNREADABLE]));
  callers.push({
    name: 'admin of another repository',
    standing: 'other repository',
    role: 'admin',
    headers: other,
  });
  const stranger = bearer(await keyFor(OTHER_ACCOUNT, 'admin', 'all'));
  callers.push({
    name: 'admin of another account',
    standing: 'other account',
    role: 'admin',
    headers: stranger,
  });
  const reader = await browser(github, 953_021, { [READABLE]: 'read' });
  callers.push({ name: 'a reader on GitHub', standing: 'repository', role: 'viewer', headers: reader });
  const writer = await browser(github, 953_022, { [UNREADABLE]: 'write' });
  callers.push({
    name: 'a writer of another repository on GitHub',
    standing: 'other repository',
    role: 'operator',
    headers: writer,
  });
  return callers;
}

async function revokedKey(): Promise<string> {
  const key = await keyFor(OWN_ACCOUNT, 'admin', 'all');
  const { keys } = accountOf(env, OWN_ACCOUNT);
  const proved = await keys.check(key);
  await keys.revoke(proved?.id ?? '', 'admin');
  return key;
}

async function browser(
  github: FakeSignIn,
  id: number,
  repositories: FakePerson['installations'][number]['repositories'],
): Promise<Record<string, string>> {
  const account = { id: 953_001, login: 'octo-953001', type: 'Organization' as const };
  const person = {
    id,
    login: `person-${id}`,
    installations: [{ account, membership: 'member' as const, repositories }],
  };
  const { cookie } = await github.signIn(person);
  return { cookie, origin: OWN };
}

/** The App knows both repositories. */
export async function noteRepositories(): Promise<void> {
  const rows = [READABLE, UNREADABLE].map((id) => ({
    table: 'repositories' as const,
    row: repositoryRow(id),
  }));
  await writeRecord(openRecord(env), rows);
}

export function repositoryRow(id: number) {
  const name = `app-${id}`;
  return {
    id,
    account: OWN_ACCOUNT,
    installationId: 7,
    owner: 'octo-953001',
    name,
    cloneUrl: `https://github.com/octo-953001/${name}.git`,
    htmlUrl: `https://github.com/octo-953001/${name}`,
    defaultBranch: 'main',
    private: true,
    updatedAt: 1,
  };
}
