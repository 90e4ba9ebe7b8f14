import type { Refused } from '../../contracts.ts';
import type { SessionCore } from '../session-core.ts';
import type { SessionRecord } from '../session-record.ts';
import type { SessionUnit } from '../session-unit.ts';
import { ensureSession } from '../take-request.ts';
import type { HookAsk, HookTaken } from './hook-ask.ts';
import { HookStore } from './hook-store.ts';
import { noteReport } from './note-report.ts';

/** A busy terminal would have the session's own row written with each tool; nobody reads it so closely. */
const SEEN_INTERVAL_MS = 30_000;

/** A session that shows what a Claude Code in somebody's terminal does. */
export class AttachedDesk {
  readonly #core: SessionCore;
  readonly #store: HookStore;

  constructor(storage: DurableObjectStorage, core: SessionCore) {
    this.#core = core;
    this.#store = new HookStore(storage);
  }

  /** Stores what was reported, all of it or nothing. */
  take(ask: HookAsk): HookTaken {
    const { session, tasks } = this.#core.memory;
    const isAttached = session?.attached !== undefined;
    if (!isAttached && session !== null && tasks.size > 0) return refuseWorking(session);
    if (!isAttached && ask.attach === null) return { status: 'not_attached' };
    if (ask.reports.length === 0)
      return { status: 'ok', sessionId: session?.id ?? null, stored: 0, known: 0 };
    return this.#core.change((unit) => {
      if (ask.attach !== null && !unit.hasSession()) ensureSession(unit, ask.attach);
      seen(unit, ask);
      let stored = 0;
      for (const report of ask.reports) if (noteReport(unit, this.#store, ask, report)) stored += 1;
      return { status: 'ok', sessionId: unit.session.id, stored, known: ask.reports.length - stored };
    });
  }
}

function seen(unit: SessionUnit, { by, host }: HookAsk): void {
  const { session, nowMs } = unit;
  const before = session.attached;
  const isFresh = before !== undefined && nowMs - before.lastReportAt < SEEN_INTERVAL_MS;
  if (isFresh && before.by === by.login && before.host === host) return;
  unit.setSession({ ...session, attached: { by: by.login, host, lastReportAt: nowMs } });
}

function refuseWorking({ id }: SessionRecord): Refused {
  return {
    status: 'refused',
    code: 'not_allowed',
    message: `Session ${id} has tasks of runners; a terminal can't report into it.`,
    remedy: 'Leave "session" out, so that the terminal gets a session of its own, or name one without tasks.',
  };
}
