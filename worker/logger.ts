export type LogFields = Readonly<Record<string, unknown>>;

/** Writes JSON lines: an event name and fields. Never pass a secret; secret-looking keys are dropped anyway. */
export type Logger = {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogSink = (level: LogLevel, line: string) => void;

const SECRET_KEY = /token|authorization|secret|credential|password|privatekey/i;

/** Beyond this a value says nothing more to a reader of logs. */
const MAX_TEXT_CHARS = 2_000;

const CONSOLE: LogSink = (level, line) => console[level](line);

/** Makes a logger. `now` and `sink` are there for tests. */
export function createLogger(
  fields: LogFields = {},
  sink: LogSink = CONSOLE,
  now: () => number = Date.now,
): Logger {
  const write =
    (level: LogLevel) =>
    (event: string, more: LogFields = {}) => {
      const line = { at: new Date(now()).toISOString(), level, event, ...fields, ...more };
      sink(level, JSON.stringify(line, cleanField));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (more) => createLogger({ ...fields, ...more }, sink, now),
  };
}

/** JSON.stringify replacer: drops secret-looking keys, unfolds errors, cuts long texts. */
function cleanField(key: string, value: unknown): unknown {
  if (SECRET_KEY.test(key)) return undefined;
  if (value instanceof Error) {
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  }
  if (typeof value === 'string' && value.length > MAX_TEXT_CHARS) return `${value.slice(0, MAX_TEXT_CHARS)}…`;
  return value;
}

/** Pino's call shape, `(fields, message)` or `(message)`, which Probot and Octokit expect of a log. */
export type PinoLike = {
  level: string;
  trace: PinoWrite;
  debug: PinoWrite;
  info: PinoWrite;
  warn: PinoWrite;
  error: PinoWrite;
  fatal: PinoWrite;
  silent: () => void;
  child(fields: LogFields): PinoLike;
};
type PinoWrite = (first: unknown, ...rest: unknown[]) => void;

/** Lets a library that logs like pino write through our logger. Request and response objects are not written. */
export function asPino(logger: Logger): PinoLike {
  const write =
    (level: LogLevel): PinoWrite =>
    (first, ...rest) => {
      const message = [first, ...rest].find((part) => typeof part === 'string');
      const error = [first, ...rest].map(errorIn).find((part) => part !== undefined);
      logger[level]('library.log', { message, ...(error === undefined ? {} : { error }) });
    };
  return {
    level: 'info',
    trace: () => undefined,
    debug: () => undefined,
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('error'),
    silent: () => undefined,
    child: (fields) => asPino(logger.child({ library: fields.name })),
  };
}

/** Octokit's errors carry the request with its headers; only name and message are safe to write. */
function errorIn(part: unknown): { name: string; message: string } | undefined {
  if (part instanceof Error) return { name: part.name, message: part.message };
  if (typeof part === 'object' && part !== null && 'err' in part) return errorIn(part.err);
  return undefined;
}
