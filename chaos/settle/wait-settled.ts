import { setTimeout as sleep } from 'node:timers/promises';
import { checkAudit } from '../invariants/check-audit.ts';
import { checkDeliveries } from '../invariants/check-deliveries.ts';
import { checkFleet } from '../invariants/check-fleet.ts';
import { checkMachine } from '../invariants/check-machine.ts';
import { checkSession } from '../invariants/check-session.ts';
import type { Violation } from '../invariants/evidence.ts';
import type { SessionRun } from '../work/session-run.ts';
import type { ChaosWorld } from '../world/start-world.ts';
import { gatherEvidence } from './gather-evidence.ts';
import type { Look } from './look.ts';
import { lookAtMachine } from './look-at-machine.ts';
import type { ReadRecord } from './read-record.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * How long nothing may get better. A lease runs out after 30 s, an outbox waits up to 60 s between two tries, GitHub's
 * writes are a second apart: within this at least one of them moves, also on a machine with other work.
 */
const PATIENCE_MS = 150_000;

const SAY_EVERY_MS = 30_000;
const SAID_EXAMPLES = 3;
const MAX_SAID_CHARS = 700;

export type SettleDeps = {
  world: ChaosWorld;
  look: Look;
  record: ReadRecord;
  runs: readonly SessionRun[];
  /** Sessions of all rounds. */
  knownSessions: ReadonlySet<string>;
  say: (line: string) => void;
};

/** One thing that has to come right. `last`: it can be judged only when all sessions are in order. */
type Matter = { name: string; last: boolean; check: () => Promise<Violation[]> };

/**
 * Waits until every invariant holds. Gives up when nothing has got better for too long.
 *
 * @returns what is still wrong then.
 */
export async function waitSettled(deps: SettleDeps): Promise<Violation[]> {
  let open: Matter[] = [...deps.runs.map((run) => sessionMatter(deps, run)), ...commonMatters(deps)];
  let fewest = Number.POSITIVE_INFINITY;
  let betterAt = performance.now();
  let saidAt = betterAt;
  for (;;) {
    await deps.world.relay.resendMissing();
    const firstOnes = open.filter(({ last }) => !last);
    const found: Violation[] = [];
    const isOpen = new Set<Matter>(firstOnes.length > 0 ? open.filter(({ last }) => last) : []);
    // One after the other: the machine has its work to do.
    for (const matter of firstOnes.length > 0 ? firstOnes : open) {
      const wrong = await matter.check().catch((error) => [unseen(matter.name, error)]);
      found.push(...wrong);
      if (wrong.length > 0) isOpen.add(matter);
    }
    open = open.filter((matter) => isOpen.has(matter));
    if (open.length === 0) return [];
    const left = open.length * 1_000 + found.length;
    if (left < fewest) {
      fewest = left;
      betterAt = performance.now();
    }
    if (performance.now() - betterAt > PATIENCE_MS) return found;
    saidAt = sayWhatIsLeft(deps.say, saidAt, open.length, found);
    await sleep(LOOK_EVERY_MS);
  }
}

/** For whoever waits: now and then a line about what is not in order yet. @returns when the last one was said. */
function sayWhatIsLeft(
  say: (line: string) => void,
  saidAt: number,
  left: number,
  found: readonly Violation[],
): number {
  if (performance.now() - saidAt < SAY_EVERY_MS) return saidAt;
  const examples = found.slice(0, SAID_EXAMPLES).map(({ rule, where, what }) => `${rule} ${where}: ${what}`);
  say(`waiting for ${left} matters: ${examples.join(' | ').slice(0, MAX_SAID_CHARS)}`);
  return performance.now();
}

function unseen(where: string, error: unknown): Violation {
  return { rule: 'not_to_be_seen', where, what: String(error) };
}

function sessionMatter(deps: SettleDeps, run: SessionRun): Matter {
  return {
    name: run.plan.nonce,
    last: false,
    check: async () => checkSession(await gatherEvidence(deps, run)),
  };
}

function commonMatters({ world, look, runs, knownSessions }: SettleDeps): Matter[] {
  const audit = async () => {
    const ids = runs.flatMap(({ sessionId }) => sessionId ?? []);
    const { verdict, lines } = await look.audit(ids);
    return checkAudit(verdict, lines, ids);
  };
  const deliveries = async () => {
    await world.relay.settled();
    const relayed = world.relay.deliveries();
    return checkDeliveries(relayed, await look.deliveries(new Set(relayed.map(({ id }) => id))));
  };
  return [
    { name: 'deliveries', last: true, check: deliveries },
    { name: 'audit', last: true, check: audit },
    { name: 'fleet', last: true, check: async () => checkFleet(await look.fleet()) },
    ...world.runners.map((host) => ({
      name: host.name,
      last: true,
      check: async () => checkMachine(await lookAtMachine(host), knownSessions),
    })),
  ];
}
