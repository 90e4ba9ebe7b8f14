/**
 * What the work comes to, if it ends in time.
 *
 * @param what is named in the error: "The handler"
 * @throws Error when it is late; the work itself goes on, and may be done all the same
 */
export async function withDeadline<Work extends PromiseLike<unknown>>(
  work: Work,
  deadlineMs: number,
  what: string,
): Promise<Awaited<Work>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${deadlineMs} ms.`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
