import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportDocumentOf } from '../../protocol/exports.ts';
import { createKeyAnswerSchema } from '../../protocol/keys.ts';
import { accountOf } from '../account/account-of.ts';
import { openRecord } from '../record/open-record.ts';
import type { RecordRow } from '../record/rows.ts';
import { writeRecord } from '../record/write-record.ts';
import { TEST_ADMIN_KEY } from '../test-settings.ts';
import { eventually } from '../testing/eventually.ts';

const get = (path: string, key = TEST_ADMIN_KEY) =>
  exports.default.fetch(`http://localhost:8787${path}`, { headers: { authorization: `Bearer ${key}` } });

const ACCOUNT = 'github:970101';
const idOf = (n: number) => `97010100-0000-4000-8000-${String(n).padStart(12, '0')}`;
const READABLE = 970_101_001;
const UNREADABLE = 970_101_002;

function sessionRow(n: number, repositoryId: number | null): RecordRow {
  return {
    table: 'sessions',
    row: {
      id: idOf(n),
      key: `api:${idOf(n)}`,
      account: ACCOUNT,
      title: `=Session ${n}`,
      source: 'api',
      assignee: null,
      labels: [],
      status: 'idle',
      projectType: repositoryId === null ? 'local' : 'github',
      projectPath: null,
      repositoryId,
      repository: repositoryId === null ? null : `octo/r${repositoryId}`,
      branch: null,
      url: null,
      claudeSessionId: null,
      taskCount: 0,
      costUsd: 0,
      lastEventId: 1,
      metadata: {},
      createdAt: 1_780_000_000_000 + n,
      updatedAt: 1_780_000_000_000 + n,
    },
  };
}

const messageRow = (n: number): RecordRow => ({
  table: 'session_messages',
  row: {
    sessionId: idOf(n),
    id: `m${n}`,
    taskId: null,
    direction: 'in',
    source: 'api',
    author: 'mona',
    content: `=cmd|' /C calc'!A${n}`,
    status: 'delivered',
    metadata: {},
    createdAt: 5,
    updatedAt: 5,
  },
});

beforeAll(async () => {
  await writeRecord(openRecord(env), [
    sessionRow(1, READABLE),
    sessionRow(2, UNREADABLE),
    sessionRow(3, null),
    ...[1, 2, 3].map(messageRow),
  ]);
});

const path = (kind: string, query = '') => `/api/exports/${kind}?account=${ACCOUNT}${query}`;
const textOf = async (response: Response) => new TextDecoder().decode(await response.arrayBuffer());
const linesOf = async (response: Response) =>
  (await textOf(response))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const idsOf = async (response: Response) => (await linesOf(response)).map(({ id }) => id);

async function keyFor(repositories: number[] | 'all', role = 'viewer'): Promise<string> {
  const response = await exports.default.fetch('http://localhost:8787/api/keys', {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ account: ACCOUNT, name: 'export', role, repositories }),
  });
  return createKeyAnswerSchema.parse(await response.json()).key;
}

describe('an export', () => {
  it('is a JSON document, JSON lines or CSV, to be saved as a file', async () => {
    const json = await get(path('sessions'));
    const document = exportDocumentOf('sessions').parse(await json.json());
    expect(document).toMatchObject({ kind: 'sessions', account: ACCOUNT, next: null });
    expect(document.items.map(({ id }) => id)).toEqual([1, 2, 3].map(idOf));
    const lines = await get(path('sessions', '&format=ndjson'));
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.headers.get('content-disposition')).toMatch(
      /^attachment; filename="signalbox-sessions-[\d-]{10}\.ndjson"$/,
    );
    expect(lines.headers.get('cache-control')).toBe('no-store');
    expect(await linesOf(lines)).toEqual(document.items);
    const csv = (await (await get(path('messages', '&format=csv'))).text()).split('\r\n');
    expect(csv[0]).toBe('sessionId,id,taskId,direction,source,author,content,status,createdAt');
    expect(csv[1]).toBe(`${idOf(1)},m1,,in,api,mona,'=cmd|' /C calc'!A1,delivered,1970-01-01T00:00:00.005Z`);
    expect(csv).toHaveLength(5);
  });

  it('comes in parts that together are the whole, each of which knows the next', async () => {
    const seen: string[] = [];
    let next: string | undefined = path('sessions', '&format=ndjson&limit=2');
    let parts = 0;
    while (next !== undefined) {
      const response: Response = await get(next);
      seen.push(...(await idsOf(response)));
      next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      parts += 1;
    }
    expect(seen).toEqual([1, 2, 3].map(idOf));
    expect(parts).toBe(2);
    const refused = await get(path('logs', '&cursor=abc'));
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'invalid_query' }]);
  });

  it('holds only sessions that the caller may see, and what belongs to them', async () => {
    const key = await keyFor([READABLE]);
    expect(await idsOf(await get('/api/exports/sessions?format=ndjson', key))).toEqual([idOf(1)]);
    expect(await idsOf(await get('/api/exports/messages?format=ndjson', key))).toEqual(['m1']);
    expect((await get('/api/exports/sessions?account=github:970102', key)).status).toBe(404);
    expect((await get('/api/exports/audit', key)).status).toBe(403);
  });

  it('is noted in the audit log with its filter', async () => {
    await (await get(path('sessions', '&from=2026-05-01&to=2026-06-01T00:00:00Z'))).text();
    await eventually(async () => {
      const entries = await accountOf(env, ACCOUNT).audit.after(0, 100);
      expect(entries).toContainEqual(
        expect.objectContaining({
          action: 'export.started',
          outcome: 'done',
          target: { kind: 'export', id: 'sessions', name: null },
          details: expect.objectContaining({ from: Date.parse('2026-05-01'), to: Date.parse('2026-06-01') }),
        }),
      );
    });
  });

  it('refuses times and formats that it does not know', async () => {
    const response = await get(path('sessions', '&from=yesterday&format=xml'));
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ path: 'format' }, { path: 'from' }] },
    ]);
  });
});
