/**
 * The libSQL server as a process of its own, configured by its environment:
 *   LIBSQL_FILE, LIBSQL_AUTH_TOKEN   needed
 *   LIBSQL_PORT, LIBSQL_HOST         any free port on 127.0.0.1 if not given
 *   LIBSQL_END_WITH_STDIN=1          end when stdin does, so as not to outlive the one who started it
 * Prints one line of JSON with its address when it is ready. SIGTERM ends it with everything in the file.
 */
import { z } from 'zod';
import { endWithStdin } from '../process/end-with-stdin.ts';
import { startLibsqlServer } from './start-libsql-server.ts';

const environmentSchema = z.object({
  LIBSQL_FILE: z.string().min(1),
  LIBSQL_AUTH_TOKEN: z.string().min(1),
  LIBSQL_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LIBSQL_HOST: z.string().default('127.0.0.1'),
  LIBSQL_END_WITH_STDIN: z.enum(['0', '1']).default('0'),
});

const environment = environmentSchema.safeParse(process.env);
if (!environment.success) {
  console.error(
    `The libSQL server can't start with this environment:\n${z.prettifyError(environment.error)}`,
  );
  process.exit(2);
}
const { LIBSQL_FILE, LIBSQL_AUTH_TOKEN, LIBSQL_PORT, LIBSQL_HOST, LIBSQL_END_WITH_STDIN } = environment.data;

try {
  const server = await startLibsqlServer({
    file: LIBSQL_FILE,
    authToken: LIBSQL_AUTH_TOKEN,
    port: LIBSQL_PORT,
    host: LIBSQL_HOST,
  });
  const close = async () => {
    await server.close();
    process.exit(0);
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  if (LIBSQL_END_WITH_STDIN === '1') endWithStdin(close);
  console.log(JSON.stringify({ url: server.url, port: server.port, pid: process.pid }));
} catch (error) {
  console.error(
    `The libSQL server for ${LIBSQL_FILE} can't start: ${error instanceof Error ? error.message : error}`,
  );
  process.exit(1);
}
