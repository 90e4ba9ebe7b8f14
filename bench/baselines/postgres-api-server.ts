/**
 * The plain way to serve sessions: a Node HTTP server over Postgres, a row a session, lists by an index. Prints its
 * address as a line of JSON.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'pg';

const COLUMNS =
  'id, account, title, status, project_type, repository, branch, source, task_count, cost_usd, created_at, updated_at';

const SCHEMA = `
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE TABLE sessions (
    id uuid PRIMARY KEY, account text NOT NULL, title text NOT NULL, status text NOT NULL,
    project_type text NOT NULL, repository text, branch text, source text NOT NULL, task_count integer NOT NULL,
    cost_usd double precision NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL
  );
  CREATE INDEX ON sessions (updated_at DESC, id DESC);
  CREATE INDEX ON sessions (status, updated_at DESC, id DESC);
  CREATE INDEX ON sessions USING gin (title gin_trgm_ops);`;

const pool = new Pool({ max: 10 });
await pool.query(SCHEMA);

async function createSession(response: ServerResponse): Promise<void> {
  const now = Date.now();
  const values = [
    randomUUID(),
    'local',
    'New session',
    'idle',
    'worktree',
    null,
    null,
    'api',
    0,
    0,
    now,
    now,
  ];
  const { rows } = await pool.query(
    `INSERT INTO sessions (${COLUMNS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) RETURNING ${COLUMNS}`,
    values,
  );
  send(response, 201, rows[0]);
}

async function listSessions(url: URL, response: ServerResponse): Promise<void> {
  const status = url.searchParams.get('status');
  const title = url.searchParams.get('q');
  const conditions: string[] = [];
  const values: string[] = [];
  if (status !== null) conditions.push(`status = $${values.push(status)}`);
  if (title !== null) conditions.push(`title ILIKE $${values.push(`%${title}%`)}`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM sessions ${where} ORDER BY updated_at DESC, id DESC LIMIT 51`,
    values,
  );
  send(response, 200, { items: rows });
}

async function readSession(id: string, response: ServerResponse): Promise<void> {
  const { rows } = await pool.query(`SELECT ${COLUMNS} FROM sessions WHERE id = $1`, [id]);
  send(response, rows.length === 0 ? 404 : 200, rows[0] ?? {});
}

/** Rows as the product's record has them, made by Postgres itself. */
async function fill(url: URL, response: ServerResponse): Promise<void> {
  const count = Number(url.searchParams.get('count'));
  await pool.query(
    `INSERT INTO sessions SELECT gen_random_uuid(), 'local', 'Fix the ' || (ARRAY['login','export','parser','search'])[i % 4 + 1]
       || ' of module ' || i, (ARRAY['idle','active','waiting','closed'])[i % 4 + 1], 'worktree', 'acme/app',
       'signalbox/' || i, 'api', 1, 0.1, i, i FROM generate_series(1, $1) AS i`,
    [count],
  );
  await pool.query('ANALYZE sessions');
  const { rows } = await pool.query('SELECT id FROM sessions LIMIT 200');
  send(response, 200, { ids: rows.map(({ id }) => id) });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  // The body is small; reading it is part of what any server does.
  for await (const _chunk of request);
  if (request.method === 'POST')
    return url.pathname === '/fill' ? fill(url, response) : createSession(response);
  const id = /^\/api\/sessions\/(.+)$/.exec(url.pathname)?.[1];
  return id === undefined ? listSessions(url, response) : readSession(id, response);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
