/** What failed, for a log. The causes of OAuth's errors hold what came with them: codes, states and tokens. */
export function describeWithoutCause(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error';
}
