/** GitHub's documented limits: requests that create content, points of all requests, and requests at once. */
export const CONTENT_PER_MINUTE = 80;
export const CONTENT_PER_HOUR = 500;
export const POINTS_PER_MINUTE = 900;
export const CONCURRENT_REQUESTS = 100;

/** What GitHub counts for a request: most that read, and most that write. */
const READ_POINTS = 1;
const WRITE_POINTS = 5;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export type SecondaryLimit = {
  /** A request begins; GitHub's refusal when it is one too many. */
  begin: (now: number, isRead: boolean) => { status: 403 | 429; waitSeconds: number } | undefined;
  /** Whatever came of it. */
  end: () => void;
  /** Counts one content-creating request; returns the seconds to wait when it is one too many. */
  count: (now: number) => number | undefined;
};

/** Times in a window, each with a weight. */
function createWindow(windowMs: number, most: number) {
  let counted: { at: number; weight: number }[] = [];
  return {
    /** Seconds until so much more fits; undefined when it fits now. */
    wait(now: number, weight: number): number | undefined {
      counted = counted.filter(({ at }) => at > now - windowMs);
      let inside = counted.reduce((sum, one) => sum + one.weight, 0);
      for (const one of counted) {
        if (inside + weight <= most) return undefined;
        inside -= one.weight;
        if (inside + weight <= most) return Math.ceil((one.at + windowMs - now) / 1000);
      }
      return undefined;
    },
    add(at: number, weight: number): void {
      counted.push({ at, weight });
    },
  };
}

export function createSecondaryLimit(): SecondaryLimit {
  const contentOfMinute = createWindow(MINUTE_MS, CONTENT_PER_MINUTE);
  const contentOfHour = createWindow(HOUR_MS, CONTENT_PER_HOUR);
  const points = createWindow(MINUTE_MS, POINTS_PER_MINUTE);
  let open = 0;
  return {
    begin(now, isRead) {
      open += 1;
      if (open > CONCURRENT_REQUESTS) return { status: 403, waitSeconds: 1 };
      const cost = isRead ? READ_POINTS : WRITE_POINTS;
      const waitSeconds = points.wait(now, cost);
      if (waitSeconds !== undefined) return { status: 429, waitSeconds };
      points.add(now, cost);
      return undefined;
    },
    end() {
      open -= 1;
    },
    count(now) {
      const wait = contentOfMinute.wait(now, 1) ?? contentOfHour.wait(now, 1);
      if (wait !== undefined) return wait;
      contentOfMinute.add(now, 1);
      contentOfHour.add(now, 1);
      return undefined;
    },
  };
}
