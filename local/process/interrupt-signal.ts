/**
 * Aborted by Ctrl+C or SIGTERM, so that every process that was started is ended in order before this one; a second one
 * ends this one at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error(`It was ended by ${name}.`));
    });
  }
  return controller.signal;
}
