import { runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ToViewer } from '../../protocol/viewer-socket.ts';
import { eventually } from '../testing/eventually.ts';
import { requestOf } from './testing/make-requests.ts';
import { started, text } from './testing/runner-events.ts';
import { submitted, type TestSession } from './testing/test-session.ts';
import { TestSocket } from './testing/test-socket.ts';

afterEach(() => {
  vi.useRealTimers();
});

const idsOf = (frames: ToViewer[]): number[] =>
  frames.flatMap((frame) => (frame.type === 'events' ? frame.events.map(({ id }) => id) : []));

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index);

/** Waits until a viewer has the whole log, and tells the ids in the order in which they came. */
async function caughtUp(session: TestSession, viewer: TestSocket<ToViewer>): Promise<number[]> {
  const last = (await session.snapshot()).session.lastEventId;
  await viewer.until((frames) => idsOf(frames).at(-1) === last);
  return idsOf(viewer.frames);
}

describe('a viewer', () => {
  it('gets the snapshot first, then everything, then what happens, each once', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(started, text('a'));
    const viewer = await session.view();
    expect((await viewer.next('snapshot')).tasks).toMatchObject([{ number: 1, state: 'running' }]);
    await runner.events(text('b'));
    await runner.events(text('c'));
    const ids = await caughtUp(session, viewer);
    expect(ids).toEqual(upTo(ids.length));
  });

  it('gets only what it missed when it comes back', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(text('a'), text('b'), text('c'));
    const { lastEventId } = (await session.snapshot()).session;
    const viewer = await session.view(lastEventId - 1);
    expect(await caughtUp(session, viewer)).toEqual([lastEventId]);
  });

  it('misses nothing between replay and live while frames keep coming', async () => {
    const session = await submitted();
    const runner = await session.open();
    const long = text('x'.repeat(5_000));
    for (let frame = 0; frame < 5; frame += 1) await runner.events(...Array(100).fill(long));
    const viewing = session.view();
    for (let frame = 0; frame < 20; frame += 1) await runner.events(text('live'), text('live'));
    const viewer = await viewing;
    for (let frame = 0; frame < 20; frame += 1) await runner.events(text('live'));
    const ids = await caughtUp(session, viewer);
    expect(ids).toEqual(upTo(ids.length));
    expect(ids.length).toBeGreaterThan(560);
  });

  it('goes on after an eviction of the object', async () => {
    const session = await submitted();
    const runner = await session.open();
    const viewer = await session.view();
    await runner.events(text('before'));
    await caughtUp(session, viewer);
    await session.evict();
    await runner.events(text('after'));
    const ids = await caughtUp(session, viewer);
    expect(ids).toEqual(upTo(ids.length));
  });

  it('hears of tasks and messages that change', async () => {
    const session = await submitted();
    const runner = await session.open();
    const viewer = await session.view();
    await runner.events(started);
    await viewer.until((frames) =>
      frames.some((frame) => frame.type === 'changed' && frame.tasks[0]?.state === 'running'),
    );
    await session.rpc.addMessage(requestOf('Also the logout page.'));
    await viewer.until((frames) =>
      frames.some(
        (frame) => frame.type === 'changed' && frame.messages[0]?.content === 'Also the logout page.',
      ),
    );
  });

  it('hears of what changed while it was still reading old events', async () => {
    const session = await submitted();
    const runner = await session.open();
    const long = text('x'.repeat(5_000));
    for (let frame = 0; frame < 5; frame += 1) await runner.events(...Array(100).fill(long));
    const viewing = session.view();
    await runner.events(started);
    const viewer = await viewing;
    await viewer.until((frames) =>
      frames.some((frame) => frame.type !== 'events' && frame.tasks[0]?.state === 'running'),
    );
  });

  it('shares frames with many others, each event once and in order', async () => {
    const session = await submitted();
    const runner = await session.open();
    const viewers = await Promise.all(Array.from({ length: 20 }, () => session.view()));
    for (let frame = 0; frame < 10; frame += 1) await runner.events(text('a'), text('b'));
    for (const viewer of [...viewers, await session.view()]) {
      const ids = await caughtUp(session, viewer);
      expect(ids).toEqual(upTo(ids.length));
    }
  });

  it('gets a burst that is too much for all at once without what it had already', async () => {
    const session = await submitted();
    const runner = await session.open();
    // Stored while nobody watches.
    await runner.events(started, text('a'), text('b'));
    const viewers = await Promise.all(Array.from({ length: 40 }, () => session.view()));
    await Promise.all(viewers.map((viewer) => caughtUp(session, viewer)));
    await runner.events(...Array(100).fill(text('x'.repeat(5_000))));
    for (const viewer of viewers) {
      const ids = await caughtUp(session, viewer);
      expect(ids).toEqual(upTo(ids.length));
    }
  });

  it('is told that there is no session', async () => {
    const session = await submitted();
    const other = await session.rpc.fetch('https://signalbox.test/elsewhere');
    expect(other.status).toBe(404);
  });
});

describe('server-sent events', () => {
  async function stream(session: TestSession, headers: Record<string, string> = {}) {
    const url = `https://signalbox.test/api/sessions/${session.id}/events`;
    const response = await session.rpc.fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
    if (response.body === null) throw new Error('There is no body.');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    return {
      response,
      cancel: () => reader.cancel(),
      /** Reads until the text holds something; gives all that was read. */
      async until(wanted: string): Promise<string> {
        while (!seen.includes(wanted)) {
          const { value, done } = await reader.read();
          if (done) throw new Error(`The stream ended before "${wanted}".`);
          seen += value;
        }
        return seen;
      },
    };
  }

  it('start with a snapshot, then tell each event under its id, then what happens', async () => {
    const session = await submitted();
    const runner = await session.open();
    const events = await stream(session);
    expect(events.response.headers.get('content-type')).toContain('text/event-stream');
    const first = await events.until('id: 2\n');
    expect(first).toMatch(/^retry: 1000\nevent: snapshot\ndata: \{"type":"snapshot"/);
    await runner.events(text('live words'));
    const all = await events.until('live words');
    const ids = [...all.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(upTo(ids.length));
    await events.cancel();
  });

  it('end when a reader lets changes pile up, and are resumed without a loss', async () => {
    const session = await submitted();
    const runner = await session.open();
    const events = await stream(session);
    await events.until('id: 1\n');
    for (let n = 0; n < 60; n += 1) await session.rpc.addMessage(requestOf(`${n} ${'x'.repeat(60_000)}`));
    await runner.events(text('last words'));
    await expect(events.until('event: never')).rejects.toThrow('The stream ended');
    const again = await stream(session);
    const all = await again.until('last words');
    const ids = [...all.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(upTo(ids.length));
    await again.cancel();
  });

  it('go on after Last-Event-ID', async () => {
    const session = await submitted();
    const runner = await session.open();
    await runner.events(text('old words'), text('new words'));
    const { lastEventId } = (await session.snapshot()).session;
    const events = await stream(session, { 'last-event-id': String(lastEventId - 1) });
    const all = await events.until('new words');
    expect(all).not.toContain('old words');
    expect(all).toContain(`id: ${lastEventId}\n`);
    await events.cancel();
  });
});

describe('a very long session', () => {
  const MANY = 100_000;

  /** Events of a log as long as months of work leave it, written straight into the table. */
  async function longSession(): Promise<TestSession> {
    const session = await submitted();
    // Nothing else is written meanwhile.
    await eventually(async () => expect(await session.eventTypes()).toContain('job.queued'));
    await runInDurableObject(session.rpc, (_object, { storage }) => {
      const { last } = storage.sql.exec<{ last: number }>('SELECT MAX(last_id) AS last FROM frames').one();
      for (let id = last + 1; id <= MANY; id += 500) {
        const ids = Array.from({ length: Math.min(500, MANY - id + 1) }, (_, index) => id + index);
        const events = ids.map((each) => ({ id: each, at: 1, taskId: null, event: text(`line ${each}`) }));
        storage.sql.exec('INSERT INTO frames VALUES (?, ?, ?)', id, ids.at(-1), JSON.stringify(events));
      }
      for (let n = 0; n < 2_000; n += 1) {
        const view = { id: `m${n}`, taskId: null, content: `said ${n} ${'x'.repeat(1_000)}` };
        storage.sql.exec(
          "INSERT INTO messages (id, task_number, status, json) VALUES (?, 1, 'delivered', ?)",
          `m${n}`,
          JSON.stringify({ view, taskNumber: 1, asked: null }),
        );
      }
    });
    await session.evict();
    return session;
  }

  it('gives a viewer a bounded snapshot and every event, in pages', async () => {
    const session = await longSession();
    const viewer = await session.view();
    const { messages } = await viewer.next('snapshot');
    expect(messages.at(-1)?.content).toContain('said 1999');
    expect(messages.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(messages).length).toBeLessThan(1_100_000);
    expect((await session.snapshot()).messages.length).toBeGreaterThan(1_999);
    const ids = await caughtUp(session, viewer);
    expect(ids.length).toBeGreaterThanOrEqual(MANY);
    expect(ids).toEqual(upTo(ids.length));
    const sizes = viewer.frames.map((frame) => JSON.stringify(frame).length);
    expect(Math.max(...sizes)).toBeLessThan(1_600_000);
  });

  it('answers pages that fit into memory, however large its events are', async () => {
    const session = await submitted();
    const runner = await session.open();
    const large = text('x'.repeat(200_000));
    for (let n = 0; n < 10; n += 1) await runner.events(large, large, large, large);
    const page = await session.rpc.eventsAfter(0, 1_000);
    expect(page?.events.length).toBeLessThan(40);
    expect(JSON.stringify(page).length).toBeLessThan(6_000_000);
    const ids: number[] = [];
    for (let after = 0; after < (page?.lastEventId ?? 0); after = ids.at(-1) ?? 0) {
      const next = await session.rpc.eventsAfter(after, 1_000);
      ids.push(...(next?.events ?? []).map(({ id }) => id));
    }
    expect(ids).toEqual(upTo(page?.lastEventId ?? 0));
  });
});

describe('a viewer that says what it has seen', () => {
  it('gets no more than it reads, is let go when it reads nothing for long, and misses nothing', async () => {
    const session = await submitted();
    const runner = await session.open();
    const large = text('x'.repeat(100_000));
    for (let n = 0; n < 30; n += 1) await runner.events(large, large);
    const { lastEventId } = (await session.snapshot()).session;
    const url = `https://signalbox.test/api/sessions/${session.id}/events?after=0&seen=1`;
    const { webSocket } = await session.rpc.fetch(url, { headers: { upgrade: 'websocket' } });
    if (webSocket === null) throw new Error('The object did not upgrade.');
    const viewer = new TestSocket<ToViewer>(webSocket);
    await viewer.until((frames) => idsOf(frames).length > 0);
    const first = idsOf(viewer.frames).length;
    viewer.send(`seen:${first}`);
    await viewer.until((frames) => idsOf(frames).length > first);
    expect(idsOf(viewer.frames).length).toBeLessThan(lastEventId / 2);
    // It says nothing more, as one does that reads nothing.
    expect(viewer.closeCode).toBeNull();
    vi.useFakeTimers({ toFake: ['Date'] });
    await eventually(() => {
      // Whenever it began to wait, a minute has passed since.
      vi.setSystemTime(Date.now() + 60_000);
      expect(viewer.closeCode).toBe(4429);
    });
    vi.useRealTimers();
    const ids = idsOf(viewer.frames);
    expect(ids).toEqual(upTo(ids.length));
    const again = await session.view(ids.length);
    expect(await caughtUp(session, again)).toEqual(upTo(lastEventId, ids.length + 1));
  });
});
