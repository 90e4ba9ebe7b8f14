/**
 * The plain way to store and show events: socket.io in front of Postgres. An event comes in, is inserted, and once
 * that is done goes to everyone in the session's room. Prints its address as a line of JSON.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Pool } from 'pg';
import { Server } from 'socket.io';

const pool = new Pool({ max: 10 });
await pool.query(
  'CREATE TABLE events (id bigserial PRIMARY KEY, session text NOT NULL, seq integer NOT NULL, at bigint NOT NULL, body jsonb NOT NULL)',
);

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('watch', async (session: string, done: () => void) => {
    await socket.join(session);
    done();
  });
  socket.on('event', async (session: string, seq: number, body: object, stored: () => void) => {
    const { rows } = await pool.query(
      'INSERT INTO events (session, seq, at, body) VALUES ($1, $2, $3, $4) RETURNING id, at',
      [session, seq, Date.now(), body],
    );
    io.to(session).emit('event', { id: rows[0].id, at: rows[0].at, seq, body });
    stored();
  });
});

http.listen(0, '127.0.0.1');
await once(http, 'listening');
const address = http.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
