import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { JobCommand } from '../../protocol/job.ts';
import { WINDOW_BYTES } from '../../protocol/limits.ts';
import { SessionDouble } from '../testing/session-double.ts';
import type { SocketServer } from '../testing/socket-server.ts';
import { startSocketServer } from '../testing/socket-server.ts';
import { waitFor } from '../testing/wait-for.ts';
import type { LinkEnd } from './data-link.ts';
import { DataLink } from './data-link.ts';
import type { EventStream } from './journal.ts';
import { Journal } from './journal.ts';
import { openLeftover } from './leftover-journal.ts';

const TASK_ID = '3f0c1f0e-51cf-5a5e-8f29-3f7a6b6f1c11.1';
const log = pino({ level: 'silent' });

let folder: string;
let server: SocketServer;
let session: SessionDouble;
let lives: Life[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'data-link-'));
  session = new SessionDouble();
  server = await startSocketServer((socket) => session.accept(socket));
});

afterEach(async () => {
  for (const life of lives) life.kill();
  lives = [];
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const textEvent = (text: string) => ({ type: 'claude.text', text, parent: null }) as const;
const textsOf = (double: SessionDouble) =>
  double.events().map((event) => (event.type === 'claude.text' ? event.text : event.type));

type Life = {
  link: DataLink;
  journal: Journal;
  commands: { id: number; command: JobCommand }[];
  ends: LinkEnd[];
  kill(): void;
};

/** One life of a runner that holds the job under this epoch. */
async function live(epoch: number, leftovers: EventStream[] = [], taken = new Set<number>()): Promise<Life> {
  const commands: { id: number; command: JobCommand }[] = [];
  const ends: LinkEnd[] = [];
  let link: DataLink | null = null;
  const journal = new Journal(join(folder, `${epoch}.ndjson`), epoch, {
    log,
    now: () => 1_700_000_000_000,
    redact: (event) => event,
    onWritten: () => link?.wake(),
    onStuck: () => {},
  });
  link = new DataLink(
    {
      controlUrl: server.url,
      taskId: TASK_ID,
      epoch,
      ticket: () => 'ticket',
      renewTicket: async () => {},
      current: journal,
      leftovers,
      taken,
      onCommand: (id, command) => commands.push({ id, command }),
      onEnd: (end) => ends.push(end),
    },
    { log, random: () => 0.02, monotonic: () => performance.now() },
  );
  link.connect();
  let isDead = false;
  const life: Life = {
    link,
    journal,
    commands,
    ends,
    /** As SIGKILL would: nothing is flushed to the control plane. */
    kill() {
      if (isDead) return;
      isDead = true;
      link.close();
      journal.close();
    },
  };
  lives.push(life);
  return life;
}

async function leftoverOf(epoch: number): Promise<EventStream> {
  return (await openLeftover(join(folder, `${epoch}.ndjson`), epoch)).stream;
}

describe('DataLink', () => {
  it('stores everything in order and says when it is stored', async () => {
    const { journal, link } = await live(1);
    const texts = Array.from({ length: 2_500 }, (_, index) => `event ${index}`);
    for (const text of texts) journal.append(textEvent(text));
    await waitFor('the journal', () => journal.isWritten);
    await link.flushed();
    expect(textsOf(session)).toEqual(texts);
    expect(session.violations).toEqual([]);
  });

  it('sends again from where the session stopped when a connection is cut before or after the store', async () => {
    const faults = ['cut_before', 'none', 'cut_after', 'none', 'cut_before', 'cut_after'] as const;
    let frames = 0;
    session.fault = () => faults[frames++] ?? 'none';
    const { journal, link } = await live(1);
    const texts: string[] = [];
    for (let round = 0; round < 10; round++) {
      for (let index = 0; index < 7; index++) {
        texts.push(`${round}/${index}`);
        journal.append(textEvent(`${round}/${index}`));
      }
      await waitFor('the round to be written', () => journal.isWritten);
    }
    await link.flushed();
    expect(textsOf(session)).toEqual(texts);
    expect(session.connections).toBeGreaterThan(1);
  });

  it('keeps at most the window unacked on the wire, however much the journal holds', async () => {
    session.fault = () => 'lose_ack';
    const { journal } = await live(1);
    const text = 'x'.repeat(100_000);
    for (let index = 0; index < 80; index++) journal.append(textEvent(text));
    await waitFor('a nearly full window', () => session.log.length >= 35);
    const socket = [...session.sockets][0];
    await new Promise((resolve) => socket?.once('pong', resolve) && socket.ping());
    const bytes = session.log.length * text.length;
    expect(bytes).toBeLessThanOrEqual(WINDOW_BYTES);
    expect(journal.lastSeq).toBe(80);
  });

  it('sends what a former life left before its own events', async () => {
    const first = await live(1);
    session.fault = () => 'cut_before';
    for (const text of ['a', 'b', 'c']) first.journal.append(textEvent(text));
    await waitFor('a cut', () => session.connections > 1);
    first.kill();
    session.fault = () => 'none';

    const second = await live(2, [await leftoverOf(1)]);
    second.journal.append(textEvent('d'));
    await second.link.flushed();
    expect(session.log.map(({ epoch, seq }) => [epoch, seq])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
    ]);
  });

  it('goes on with its own events when the session wants nothing of what a former life left', async () => {
    const first = await live(1);
    first.journal.append(textEvent('a'));
    await first.link.flushed();
    first.kill();
    session.log.length = 0;
    session.unknownEpochs.add(1);

    const second = await live(2, [await leftoverOf(1)]);
    second.journal.append(textEvent('b'));
    await waitFor('its event', () => session.log.length === 1);
    await second.link.flushed();
    for (const socket of session.sockets) socket.terminate();
    second.journal.append(textEvent('c'));
    await waitFor('the next one, on the next connection', () => session.log.length === 2);
    await second.link.flushed();
    expect(textsOf(session)).toEqual(['b', 'c']);
    expect(second.ends).toEqual([]);
  });

  it('goes back when the session reports a gap', async () => {
    const { journal, link } = await live(1);
    journal.append(textEvent('a'));
    journal.append(textEvent('b'));
    await waitFor('two stored', () => session.log.length === 2);
    // The session lost its last rows, as after a restore from a backup.
    session.log.pop();
    journal.append(textEvent('c'));
    await waitFor('all stored', () => session.log.length === 3);
    await link.flushed();
    expect(textsOf(session)).toEqual(['a', 'b', 'c']);
  });

  it('stops for good when a newer epoch holds the task', async () => {
    session.currentEpoch = 5;
    const { ends, journal } = await live(4);
    await waitFor('the end', () => ends[0]);
    journal.append(textEvent('late'));
    expect({ ends, log: session.log, connections: session.connections }).toEqual({
      ends: [{ type: 'fenced', reason: 'Epoch 5 holds the task.' }],
      log: [],
      connections: 1,
    });
  });

  it('tells the end of a stream from a deploy', async () => {
    const { ends, journal, link } = await live(1);
    await waitFor('a connection', () => session.sockets.size === 1);
    for (const socket of session.sockets) socket.close(1001);
    await waitFor('the next connection', () => session.connections === 2);
    expect(ends).toEqual([]);
    journal.append({ type: 'job.finished', outcome: { type: 'unchanged' } });
    await link.flushed();
    await waitFor('the end', () => ends[0]);
    expect(ends).toEqual([{ type: 'finished' }]);
  });

  it('says that the sides do not understand each other instead of coming back', async () => {
    const { ends } = await live(1);
    await waitFor('a connection', () => session.sockets.size === 1);
    for (const socket of session.sockets) socket.close(CLOSE.versionRefused, 'Update the runner.');
    await waitFor('the end', () => ends[0]);
    expect(ends).toEqual([{ type: 'refused', reason: 'Update the runner.' }]);
  });

  it('hands out a command once, though it is sent again with each connection until it is taken', async () => {
    const { commands, journal, link } = await live(1, [], new Set([1]));
    session.command({ type: 'stop', reason: 'taken in a former life' });
    const id = session.command({ type: 'cancel', reason: 'not needed' });
    await waitFor('the command', () => commands[0]);
    for (const socket of session.sockets) socket.close(1012);
    await waitFor('the next connection', () => session.connections === 2);
    journal.append({ type: 'command.taken', commandId: id });
    await link.flushed();
    expect(commands).toEqual([{ id, command: { type: 'cancel', reason: 'not needed' } }]);
  });

  it('makes the log equal to the journals whatever is cut, lost, repeated or restarted', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
    );
    const faults = fc.array(
      fc.constantFrom('none' as const, 'none' as const, 'cut_before' as const, 'cut_after' as const),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), faults, async (steps, plan) => {
        folder = mkdtempSync(join(tmpdir(), 'data-link-'));
        session = new SessionDouble();
        session.fault = () => plan.shift() ?? 'none';
        const written: string[] = [];
        let epoch = 1;
        let life = await live(epoch);
        for (const one of steps) {
          if (one.do === 'append') {
            for (let index = 0; index < one.count; index++) {
              written.push(`${epoch}/${written.length}`);
              life.journal.append(textEvent(written.at(-1) ?? ''));
            }
            await waitFor('the journal', () => life.journal.isWritten);
          } else if (one.do === 'restart') {
            life.kill();
            const leftovers = await Promise.all(
              Array.from({ length: epoch }, (_, index) => leftoverOf(index + 1)),
            );
            epoch += 1;
            life = await live(epoch, leftovers);
            // The control plane fences earlier epochs once the new one has stored something.
            await waitFor('the leftovers', () => life.link.unackedEvents === 0);
          } else {
            await life.link.flushed();
          }
        }
        await life.link.flushed();
        life.kill();
        expect(textsOf(session)).toEqual(written);
        expect(session.violations).toEqual([]);
        rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns: 40 },
    );
  });
});
