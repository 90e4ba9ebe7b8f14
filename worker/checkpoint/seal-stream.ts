/*
 * AES-256-GCM over chunks, as the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) has it: each chunk's
 * nonce is its number and whether it is the last, so that chunks can't be left out, moved or cut off at the end unseen.
 * Only one chunk is in memory at a time: a Worker has 128 MB for everything it does.
 */

const MAGIC = new TextEncoder().encode('SBX1');
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** Plain bytes of one chunk. */
export const CHUNK_BYTES = 256 * 1024;

const HEAD_BYTES = MAGIC.length + SALT_BYTES;

/** A body that can't be opened: another secret, another session, or bytes that were changed. */
export class UnreadableBodyError extends Error {
  override name = 'UnreadableBodyError';
}

/** What binds a sealed body to its place: it opens under no other. */
export type SealPlace = { secret: string; sessionId: string; id: string };

/** Bytes that `plainBytes` take once they are sealed. */
export function sealedLength(plainBytes: number): number {
  const chunks = Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
  return HEAD_BYTES + plainBytes + chunks * TAG_BYTES;
}

/** Encrypts a stream. @param salt 32 random bytes, new for each body: they give it a key of its own */
export function sealStream(
  place: SealPlace,
  salt: Uint8Array<ArrayBuffer>,
): TransformStream<Uint8Array, Uint8Array> {
  const key = bodyKey(place, salt);
  return chunked(CHUNK_BYTES, {
    start: (emit) => {
      emit(MAGIC);
      emit(salt);
    },
    chunk: async (bytes, number, isLast) =>
      new Uint8Array(
        await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(number, isLast) }, await key, bytes),
      ),
  });
}

/** Decrypts what `sealStream` made. @throws UnreadableBodyError in the stream, before a changed byte leaves it */
export function openStream(place: SealPlace): TransformStream<Uint8Array, Uint8Array> {
  let head: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let key: Promise<CryptoKey> | null = null;
  const inner = chunked(CHUNK_BYTES + TAG_BYTES, {
    start: () => undefined,
    chunk: async (bytes, number, isLast) => {
      if (key === null) throw new UnreadableBodyError('The stored body ends before its key.');
      try {
        const algorithm = { name: 'AES-GCM', iv: nonceOf(number, isLast) };
        return new Uint8Array(await crypto.subtle.decrypt(algorithm, await key, bytes));
      } catch (cause) {
        throw new UnreadableBodyError(`Chunk ${number} of the stored body does not open.`, { cause });
      }
    },
  });
  const writer = inner.writable.getWriter();
  const writable = new WritableStream<Uint8Array>({
    async write(bytes) {
      let rest = bytes;
      if (key === null) {
        head = joined(head, bytes);
        if (head.length < HEAD_BYTES) return;
        if (MAGIC.some((byte, index) => head[index] !== byte)) {
          throw new UnreadableBodyError('The stored body is of another version.');
        }
        key = bodyKey(place, head.slice(MAGIC.length, HEAD_BYTES));
        rest = head.subarray(HEAD_BYTES);
      }
      await writer.write(rest);
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
  return { writable, readable: inner.readable };
}

type Work = {
  start: (emit: (bytes: Uint8Array) => void) => void;
  chunk: (bytes: Uint8Array<ArrayBuffer>, number: number, isLast: boolean) => Promise<Uint8Array>;
};

/** Cuts a stream into pieces of one size; only at its end it is known which one is the last. */
function chunked(size: number, work: Work): TransformStream<Uint8Array, Uint8Array> {
  let pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let number = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => work.start((bytes) => controller.enqueue(bytes)),
    async transform(bytes, controller) {
      pending = joined(pending, bytes);
      while (pending.length > size) {
        controller.enqueue(await work.chunk(pending.slice(0, size), number, false));
        pending = pending.slice(size);
        number += 1;
      }
    },
    async flush(controller) {
      controller.enqueue(await work.chunk(pending, number, true));
    },
  });
}

/** One key a body, so that a counter is a nonce that is never used twice (HKDF, RFC 5869). */
async function bodyKey({ secret, sessionId, id }: SealPlace, salt: Uint8Array): Promise<CryptoKey> {
  const text = new TextEncoder();
  const base = await crypto.subtle.importKey('raw', text.encode(secret), 'HKDF', false, ['deriveKey']);
  const info = text.encode(`signalbox checkpoint v1\n${sessionId}\n${id}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

function nonceOf(number: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(NONCE_BYTES - 5, number);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
