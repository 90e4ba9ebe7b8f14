/**
 * Calls `onEnd` when stdin ends, which is when the process that holds its other end is gone, killed or not.
 * A service started by `startProcess` with a `stdin` uses it so that it never outlives its starter.
 */
export function endWithStdin(onEnd: () => void): void {
  if (process.stdin.readableEnded) {
    onEnd();
    return;
  }
  process.stdin.on('end', onEnd);
  process.stdin.on('error', onEnd);
  process.stdin.resume();
}
