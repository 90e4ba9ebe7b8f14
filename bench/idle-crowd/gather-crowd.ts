import type { Stack } from '../../local/stack/start-stack.ts';
import { sessionAnswerSchema } from '../../protocol/http.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { type Assignment, connectLightRunner } from '../clients/light-runner.ts';
import { openPingedSocket, socketUrl } from '../clients/pinged-socket.ts';
import { BENCH_ACCOUNT, registerRunner } from '../clients/register-runner.ts';
import { inParallel } from '../world/in-parallel.ts';

const AT_ONCE = 16;

export type CrowdSize = { runners: number; sessions: number; viewersASession: number };

type Member = { pongs(): number; isOpen(): boolean; close(): void };

export type WatchedSession = {
  id: string;
  /** Resolves when each of its viewers has had a frame from now on: ms of `performance.now()`, of the last one. */
  nextFrames(): Promise<number>;
};

export type Crowd = {
  size: number;
  sessions: readonly WatchedSession[];
  /** Called with every job that any of the runners gets. */
  onAssign: (assignment: Assignment) => void;
  /** Answers to pings so far, a number a socket, always in the same order. */
  pongs(): number[];
  open(): number;
  leave(): void;
};

/** Connects everybody. */
export async function gatherCrowd(
  stack: Stack,
  size: CrowdSize,
  { signal, say }: BenchmarkContext,
): Promise<Crowd> {
  const members: Member[] = [];
  const sessions: WatchedSession[] = [];
  const crowd: Crowd = {
    size: size.runners + size.sessions * size.viewersASession,
    sessions,
    onAssign: () => {},
    pongs: () => members.map((member) => member.pongs()),
    open: () => members.filter((member) => member.isOpen()).length,
    leave: () => {
      for (const member of members) member.close();
    },
  };
  try {
    await inParallel(size.runners, AT_ONCE, async (index) => {
      signal.throwIfAborted();
      const credential = await registerRunner(stack, `idle ${index}`);
      const runner = await connectLightRunner(stack, credential, (assignment) => crowd.onAssign(assignment));
      members.push(runner);
      await runner.greet(1);
    });
    say(`${size.runners} runners are welcome`);
    await inParallel(size.sessions, AT_ONCE, async () => {
      signal.throwIfAborted();
      const watched = await watchSession(stack, size.viewersASession);
      members.push(...watched.viewers);
      sessions.push(watched.session);
    });
    return crowd;
  } catch (error) {
    crowd.leave();
    throw error;
  }
}

async function watchSession(
  stack: Stack,
  count: number,
): Promise<{ session: WatchedSession; viewers: Member[] }> {
  const body = { workspace: { type: 'worktree', path: '/srv/project' }, account: BENCH_ACCOUNT };
  const { id } = (await stack.api.post('/api/sessions', body, sessionAnswerSchema)).session;
  const viewers: Member[] = [];
  const onFrame: ((atMs: number) => void)[] = [];
  while (viewers.length < count) {
    const place = viewers.length;
    onFrame.push(() => {});
    const viewer = await openPingedSocket({
      url: socketUrl(stack.url, `/api/sessions/${id}/events?after=0`),
      headers: stack.api.headers,
      onFrame: (_data, atMs) => onFrame[place]?.(atMs),
    });
    viewers.push(viewer);
  }
  const session: WatchedSession = {
    id,
    async nextFrames() {
      const times = onFrame.map((_, place) => {
        const { promise, resolve } = Promise.withResolvers<number>();
        onFrame[place] = resolve;
        return promise;
      });
      return Math.max(...(await Promise.all(times)));
    },
  };
  return { session, viewers };
}
