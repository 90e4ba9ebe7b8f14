const liveGroups = new Set<number>();
let exitHookInstalled = false;

/**
 * Sends a signal to every process of a group and says whether there was one left.
 * `pid` is the leader's, which a child started with `detached` is.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (isNoSuchProcess(error)) return false;
    throw error;
  }
}

/** Ends the group with this process when this process exits by itself, be it by an uncaught error. */
export function endGroupWithThisProcess(pid: number): void {
  liveGroups.add(pid);
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  process.on('exit', () => {
    for (const group of liveGroups) signalGroup(group, 'SIGKILL');
  });
}

export function forgetGroup(pid: number): void {
  liveGroups.delete(pid);
}

function isNoSuchProcess(error: unknown): boolean {
  // EPERM is what macOS answers for a group in which only zombies are left.
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}
