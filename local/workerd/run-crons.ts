import { cronMatches } from './cron-matches.ts';

const MINUTE_MS = 60_000;

export interface CronDeps {
  now: () => Date;
  runScheduled: (cron: string, scheduledTime: Date) => Promise<void>;
  report: (line: string) => void;
}

/**
 * Calls the Worker's `scheduled` handler as Cloudflare would: at the start of each minute that a cron names.
 * One that is still running is not started again. Gives back how to stop.
 */
export function runCrons(crons: readonly string[], deps: CronDeps): () => void {
  const running = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let scheduledAt = nextMinute(deps.now());

  const tick = () => {
    for (const cron of dueCrons(crons, scheduledAt, running)) void runOne(cron, scheduledAt);
    scheduledAt = nextMinute(deps.now());
    arm();
  };
  const arm = () => {
    timer = setTimeout(tick, scheduledAt.getTime() - deps.now().getTime());
  };
  const runOne = async (cron: string, time: Date) => {
    running.add(cron);
    try {
      await deps.runScheduled(cron, time);
    } catch (error) {
      deps.report(JSON.stringify({ event: 'cron_failed', cron, error: String(error) }));
    } finally {
      running.delete(cron);
    }
  };
  if (crons.length > 0) arm();
  return () => clearTimeout(timer);
}

/** Those that name this minute and are not at work any more. */
function dueCrons(crons: readonly string[], minute: Date, running: ReadonlySet<string>): string[] {
  return crons.filter((cron) => !running.has(cron) && cronMatches(cron, minute));
}

function nextMinute(time: Date): Date {
  return new Date((Math.floor(time.getTime() / MINUTE_MS) + 1) * MINUTE_MS);
}
