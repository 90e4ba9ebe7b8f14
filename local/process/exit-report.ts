/** How a process ended: by itself with a code, or by a signal. */
export type ExitReport = { by: 'code'; code: number } | { by: 'signal'; signal: NodeJS.Signals };

export function describeExit(exit: ExitReport): string {
  switch (exit.by) {
    case 'code':
      return `exit code ${exit.code}`;
    case 'signal':
      return `signal ${exit.signal}`;
  }
}
