import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AuditQuery, auditQuery, readAuditLines } from './list-audit.ts';
import type { RecordDb } from './open-record.ts';
import { openEmptyRecord } from './testing/record-fixtures.ts';

let db: RecordDb;

beforeEach(async () => {
  db = await openEmptyRecord();
});

const ALL: AuditQuery = {
  account: 'github:1',
  action: null,
  actor: null,
  target: null,
  outcome: null,
  from: null,
  to: null,
  cursor: { at: 5, id: '7' },
  limit: 50,
};

describe('each way to list the audit log', () => {
  const ways: readonly [string, Partial<AuditQuery>, string][] = [
    ['audit_log_by_time', {}, 'all of it'],
    ['audit_log_by_time', { from: 1, to: 9, cursor: null }, 'by time'],
    ['audit_log_by_action', { action: 'key.created' }, 'by action'],
    ['audit_log_by_actor', { actor: 'octocat' }, 'by who did it'],
    ['audit_log_by_target', { target: 'x.1' }, 'by what it was done to'],
  ];
  it.each(ways)('is served by the index %s, without a sort: %o', async (index, query) => {
    const plan = await db.all<{ detail: string }>(
      sql`EXPLAIN QUERY PLAN ${auditQuery(db, { ...ALL, ...query }).getSQL()}`,
    );
    const text = plan.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(new RegExp(`^SEARCH audit_log USING INDEX ${index} `));
    expect(text).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('reads the chain in its order through the key', async () => {
    expect(await readAuditLines(db, 'github:1', 0, 10)).toEqual([]);
  });
});
