import type { Logger } from 'pino';
import { cleanKeptTexts } from '../job/clean-kept-texts.ts';

const HOUR_MS = 60 * 60_000;

/** Whole outputs stay as long as a quiet session's worktree does, and may take less than it. */
const LIMITS = { maxAgeMs: 14 * 24 * HOUR_MS, maxTotalBytes: 2_000_000_000 };

/** Removes kept outputs of sessions that ended, at the start and then every hour. */
export function cleanOutputsRegularly(dataDir: string, log: Logger): () => void {
  const clean = (): void => {
    cleanKeptTexts(dataDir, LIMITS, Date.now()).then(
      (freedBytes) => log.debug({ freedBytes }, 'runner.outputs_cleaned_up'),
      (error: unknown) => log.error({ err: error }, 'runner.outputs_clean_up_failed'),
    );
  };
  clean();
  const timer = setInterval(clean, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}
