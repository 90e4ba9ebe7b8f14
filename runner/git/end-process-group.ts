/** Sends a signal to a whole process group. False when no process of it is left. */
export function signalGroup(groupId: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends a process group: TERM, and KILL when it is still there after `graceMs`.
 * Returns what stops the second step once the leader has exited; by then the rest of the group is killed at once,
 * because a helper that outlives git would keep its pipes open.
 */
export function endProcessGroup(groupId: number, graceMs: number): () => void {
  signalGroup(groupId, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(groupId, 'SIGKILL'), graceMs);
  return () => {
    clearTimeout(timer);
    signalGroup(groupId, 'SIGKILL');
  };
}
