import type { Logger } from 'pino';
import pino from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields that hold secrets wherever they appear; the log shows that they were there and no more. */
const SECRET_FIELDS = ['credential', 'ticket', 'token', 'authorization', 'apiKey', 'password'];

export type LogTarget = { level: LogLevel; stream: { write(line: string): void } };

/** JSON lines: an event's name as `msg`, the rest as fields. */
export function createLogger({ level, stream }: LogTarget): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
    },
    stream,
  );
}
