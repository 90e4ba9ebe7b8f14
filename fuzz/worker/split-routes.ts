/** Two halves, so that they are fuzzed side by side. Together they are all. */
export function isOfSessions({ path }: { path: string }): boolean {
  return /^\/api\/(?:sessions|tasks)(?:\/|$)/.test(path);
}
