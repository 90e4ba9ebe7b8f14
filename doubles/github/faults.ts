/** `forbidden`: the App lacks a permission, or the conversation is closed to it; asking again changes nothing. */
export type FaultKind =
  | '500'
  | '502'
  | 'forbidden'
  | 'secondary-rate-limit'
  | 'answer-lost'
  | 'hang'
  | 'delay';

export type Fault = {
  /** Compared with the method and with path and query. */
  match: { method?: string; path: RegExp };
  /** How many requests it meets; one when left out. */
  times?: number;
  kind: FaultKind;
  /** For `secondary-rate-limit`. */
  retryAfterSeconds?: number;
  /** For `delay`. */
  delayMs?: number;
};

/** How often a fault has struck so far. */
export type FaultHandle = { readonly used: number };

export type Faults = {
  failNext: (fault: Fault) => FaultHandle;
  /** The fault that this request meets, if any; it is used up by one. */
  take: (method: string, path: string) => Fault | undefined;
  clear: () => void;
};

export function createFaults(): Faults {
  let armed: { fault: Fault; handle: { used: number } }[] = [];
  return {
    failNext(fault) {
      const handle = { used: 0 };
      armed.push({ fault, handle });
      return handle;
    },
    take(method, path) {
      const found = armed.find(
        ({ fault }) => (fault.match.method ?? method) === method && path.search(fault.match.path) >= 0,
      );
      if (!found) return undefined;
      found.handle.used += 1;
      if (found.handle.used >= (found.fault.times ?? 1)) armed = armed.filter((other) => other !== found);
      return found.fault;
    },
    clear() {
      armed = [];
    },
  };
}
