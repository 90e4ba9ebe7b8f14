import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, openStream, sealedLength, sealStream, UnreadableBodyError } from './seal-stream.ts';

const PLACE = { secret: 's'.repeat(43), sessionId: '5f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e', id: 'one' };

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + 7) % 251);
}

async function through(
  bytes: Uint8Array,
  transform: TransformStream<Uint8Array, Uint8Array>,
  pieceBytes = 100_000,
): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        controller.enqueue(bytes.slice(at, at + pieceBytes));
      }
      controller.close();
    },
  });
  return new Uint8Array(await new Response(source.pipeThrough(transform)).arrayBuffer());
}

const seal = (bytes: Uint8Array, place = PLACE) =>
  through(bytes, sealStream(place, crypto.getRandomValues(new Uint8Array(32))));

describe('a sealed body', () => {
  it.each([1, 1_000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    'of %d bytes comes back as it was, however it is cut on the way, and has the length that was told',
    async (length) => {
      const plain = bytesOf(length);
      const sealed = await seal(plain);
      expect(sealed.length).toBe(sealedLength(length));
      expect(await through(sealed, openStream(PLACE), 7_777)).toEqual(plain);
    },
  );

  it('shows nothing of what it holds and is another each time', async () => {
    const plain = new TextEncoder().encode('the customer list '.repeat(100));
    const [one, two] = await Promise.all([seal(plain), seal(plain)]);
    expect(new TextDecoder('latin1').decode(one)).not.toContain('customer');
    expect(one).not.toEqual(two);
  });

  it.each([
    ['another secret', { ...PLACE, secret: 't'.repeat(43) }],
    ['another session', { ...PLACE, sessionId: '6f0c8b9e-3a41-4a5d-9d53-0b8f7a3b1c7e' }],
    ['another name', { ...PLACE, id: 'two' }],
  ])('does not open with %s', async (_what, place) => {
    const sealed = await seal(bytesOf(1_000));
    await expect(through(sealed, openStream(place))).rejects.toThrow(UnreadableBodyError);
  });

  it.each([
    ['a byte was changed', (sealed: Uint8Array) => sealed.with(sealed.length - 20, 0)],
    ['its end was cut off at a chunk', (sealed: Uint8Array) => sealed.slice(0, 36 + CHUNK_BYTES + 16)],
    [
      'two chunks changed places',
      (sealed: Uint8Array) => {
        const size = CHUNK_BYTES + 16;
        const [head, a, b, rest] = [0, 36, 36 + size, 36 + 2 * size].map((from, at, all) =>
          sealed.slice(from, all[at + 1] ?? sealed.length),
        );
        return Uint8Array.from([...(head ?? []), ...(b ?? []), ...(a ?? []), ...(rest ?? [])]);
      },
    ],
    ['nothing is left of it', () => new Uint8Array(0)],
  ])('does not open when %s', async (_what, change) => {
    const sealed = await seal(bytesOf(2 * CHUNK_BYTES + 10));
    await expect(through(change(sealed), openStream(PLACE))).rejects.toThrow(UnreadableBodyError);
  });
});
