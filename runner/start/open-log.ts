import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import { createLogger } from '../log/create-logger.ts';
import { KnownValues } from '../redact/known-values.ts';
import { redactLines } from '../redact/redact-lines.ts';
import { secretValues } from './secret-values.ts';

/** The runner's log, and the secrets that neither it nor an event may show. */
export function openLog(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  stream: { write(line: string): void },
): { log: Logger; known: KnownValues } {
  const known = new KnownValues(secretValues(settings, env));
  return { log: createLogger({ level: settings.logLevel, stream: redactLines(stream, known) }), known };
}
