import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { RecordDb } from './open-record.ts';
import { signInTokens } from './schema.ts';

/** Keeps a token's hash until it is used or expires. */
export async function storeSignInToken(
  db: RecordDb,
  token: { hash: string; createdAt: number; expiresAt: number },
): Promise<void> {
  await db.insert(signInTokens).values({ ...token, usedAt: null });
}

/** Uses a token up, in one statement: of two that come at once, one gets `false`. */
export async function useSignInToken(db: RecordDb, hash: string, nowMs: number): Promise<boolean> {
  const used = await db
    .update(signInTokens)
    .set({ usedAt: nowMs })
    .where(and(eq(signInTokens.hash, hash), isNull(signInTokens.usedAt), gt(signInTokens.expiresAt, nowMs)))
    .returning({ hash: signInTokens.hash });
  return used.length === 1;
}

export async function deleteExpiredSignInTokens(db: RecordDb, nowMs: number): Promise<void> {
  await db.delete(signInTokens).where(lt(signInTokens.expiresAt, nowMs));
}
