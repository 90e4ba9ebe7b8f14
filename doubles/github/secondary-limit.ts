/** GitHub's documented limits on requests that create content. */
export const CONTENT_PER_MINUTE = 80;
export const CONTENT_PER_HOUR = 500;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export type SecondaryLimit = {
  /** Counts one content-creating request; returns the seconds to wait when it is one too many. */
  count: (now: number) => number | undefined;
};

export function createSecondaryLimit(): SecondaryLimit {
  let times: number[] = [];
  const waitFor = (now: number, windowMs: number, limit: number): number | undefined => {
    const inside = times.filter((at) => at > now - windowMs);
    const oldest = inside.at(-limit);
    return inside.length < limit || oldest === undefined
      ? undefined
      : Math.ceil((oldest + windowMs - now) / 1000);
  };
  return {
    count(now) {
      times = times.filter((at) => at > now - HOUR_MS);
      const wait = waitFor(now, MINUTE_MS, CONTENT_PER_MINUTE) ?? waitFor(now, HOUR_MS, CONTENT_PER_HOUR);
      if (wait === undefined) times.push(now);
      return wait;
    },
  };
}
