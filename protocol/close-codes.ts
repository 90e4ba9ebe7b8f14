/**
 * WebSocket close codes in the private range (RFC 6455, 7.4.2). 1000, 1001 and 1006 come from deploys,
 * restarts and networks: they always mean "reconnect", never "the work is over".
 */
export const CLOSE = {
  /** The frame did not parse; the sender has a bug. Do not reconnect with the same frame. */
  badFrame: 4400,
  /** Credential or ticket missing, wrong or expired. Get a new one before reconnecting. */
  unauthorized: 4401,
  /** The session, task or runner does not exist (any more). */
  notFound: 4404,
  /** A newer socket of the same runner or job took over; this one must not reconnect by itself. */
  replaced: 4409,
  /** A newer epoch holds the lease: stop the work, write nothing more. */
  fenced: 4410,
  /** The stream was ended explicitly and everything is stored. */
  finished: 4411,
  /** Something that was shown is gone: connect again for what is there now. */
  changed: 4412,
  /** Protocol versions do not fit; the reason says which side must be updated. */
  versionRefused: 4426,
  /** The peer sent more than the window allows. */
  overload: 4429,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** What the side that was closed does next. */
export function afterClose(code: number): 'reconnect' | 'renew_ticket' | 'stop' {
  switch (code) {
    case CLOSE.unauthorized:
      return 'renew_ticket';
    case CLOSE.badFrame:
    case CLOSE.notFound:
    case CLOSE.replaced:
    case CLOSE.fenced:
    case CLOSE.finished:
    case CLOSE.versionRefused:
      return 'stop';
    default:
      return 'reconnect';
  }
}
