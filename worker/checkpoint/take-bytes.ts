/** Lets the first bytes of a stream through and reads the rest without keeping it, so that its end is checked too. */
export function takeBytes(count: number): TransformStream<Uint8Array, Uint8Array> {
  let left = count;
  return new TransformStream({
    transform(bytes, controller) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (part.length > 0) controller.enqueue(part);
    },
  });
}
