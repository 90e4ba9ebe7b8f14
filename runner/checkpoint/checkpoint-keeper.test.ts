import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  CHECKPOINT_HEADER,
  type CheckpointHeader,
  decodeCheckpointHeader,
  MAX_CHECKPOINT_BYTES,
} from '../../protocol/checkpoint.ts';
import { temporaryFolder } from '../git/testing/make-repository.ts';
import type { PackedWork, PackRequest } from '../workspace/pack-work.ts';
import type { SessionWorkspace } from '../workspace/workspace-types.ts';
import { CheckpointKeeper, type JobCheckpoints, type State } from './checkpoint-keeper.ts';
import { Transcripts } from './transcripts.ts';

const SHA = 'a'.repeat(40);
const TASK = '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e.1';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

type Answer = (header: CheckpointHeader) => Response | Promise<Response>;

/** A job's checkpoints with a folder that packs to a few bytes, and a control plane that answers as it is told. */
function setUp(answer: Answer, pack?: (request: PackRequest) => PackedWork) {
  const transcripts = new Transcripts(join(folder.path, 'claude'));
  const deps = { dataDir: folder.path, transcripts, now: Date.now, newId: randomUUID, intervalMs: 0 };
  const keeper = new CheckpointKeeper(deps);
  const notices: string[] = [];
  const uploaded: CheckpointHeader[] = [];
  const call = async (_url: unknown, init: RequestInit = {}): Promise<Response> => {
    const header = decodeCheckpointHeader(new Headers(init.headers).get(CHECKPOINT_HEADER) ?? '');
    if (header === null) throw new Error('There is no header.');
    uploaded.push(header);
    return answer(header);
  };
  const checkpoints = keeper.forJob({
    api: {
      controlUrl: 'http://127.0.0.1:1',
      taskId: TASK,
      ticket: () => 'ticket',
      renewTicket: async () => {},
      fetch: call as typeof fetch,
      random: () => 0,
    },
    epoch: 1,
    log: pino({ level: 'silent' }),
    notice: (text) => notices.push(text),
  });
  const packed = (request: PackRequest): PackedWork => {
    writeFileSync(request.file, 'a bundle');
    const commits = { branch: 'one', tip: SHA, start: SHA, work: SHA, needs: [SHA] };
    return { status: 'packed', ...commits, bytes: 8 };
  };
  const workspace = {
    path: '/work',
    pack: async (request: PackRequest) => ({ ok: true, packed: (pack ?? packed)(request) }),
  } as unknown as SessionWorkspace;
  const store = (turn: number, target: JobCheckpoints = checkpoints) => {
    const state: State = { workspace, claudeSessionId: null, turn, object: SHA, from: 'disk', messages: [] };
    return target.store(state, false);
  };
  return { keeper, checkpoints, notices, uploaded, store };
}

it('stores one state after the other, and of those that wait only the newest', async () => {
  const first = Promise.withResolvers<Response>();
  const test = setUp(({ turn }) => (turn === 1 ? first.promise : new Response(null, { status: 204 })));
  await test.store(1);
  await expect.poll(() => test.uploaded.length).toBe(1);
  await test.store(2);
  await test.store(3);
  first.resolve(new Response(null, { status: 204 }));
  await test.keeper.idle();
  expect(test.uploaded.map(({ turn, ordinal }) => [turn, ordinal])).toEqual([
    [1, 1],
    [3, 2],
  ]);
  expect(readdirSync(test.keeper.folder)).toEqual([]);
});

it('gives up what the control plane refuses, and what it does not answer, without a word to the job', async () => {
  const test = setUp(({ turn }) => {
    if (turn === 1) return new Response('{}', { status: 409 });
    throw new Error('no line');
  });
  await test.store(1);
  await test.keeper.idle();
  await test.store(2);
  await test.keeper.idle();
  expect(test.uploaded.map(({ turn }) => turn)).toEqual([1, 2, 2, 2, 2, 2, 2]);
  expect(test.notices).toEqual([]);
  expect(readdirSync(test.keeper.folder)).toEqual([]);
});

it('says once that the state is too large to be stored, and uploads nothing', async () => {
  const test = setUp(
    () => new Response(null, { status: 204 }),
    () => ({ status: 'too_large', bytes: 2 * MAX_CHECKPOINT_BYTES }),
  );
  await test.store(1);
  await test.keeper.idle();
  await test.store(2);
  await test.keeper.idle();
  expect(test.notices).toEqual([expect.stringContaining('64 MB')]);
  expect(test.uploaded).toEqual([]);
});

it('goes on after a bug in one of them', async () => {
  const test = setUp(
    () => new Response(null, { status: 204 }),
    (request) => {
      writeFileSync(request.file, 'half');
      throw new Error('a bug');
    },
  );
  await test.store(1);
  await test.keeper.idle();
  expect(readdirSync(test.keeper.folder)).toEqual([]);
});

it('is waited for no longer than it is worth', async () => {
  const test = setUp(() => new Promise<Response>(() => {}));
  await test.store(1);
  await expect.poll(() => test.uploaded.length).toBe(1);
  await test.checkpoints.settled(20);
});

it('clears what a crash left of an upload', () => {
  const { keeper } = setUp(() => new Response());
  writeFileSync(join(keeper.folder, 'left.out'), 'half a bundle');
  const { keeper: next } = setUp(() => new Response());
  expect(readdirSync(next.folder)).toEqual([]);
});
