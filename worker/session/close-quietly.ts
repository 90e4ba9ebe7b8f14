/** The platform refuses reasons beyond 123 bytes (RFC 6455, 5.5.1). */
const MAX_REASON_CHARS = 100;

/** Closes a socket; one that is closed already makes no noise. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    // Cut by characters of ASCII, which all our reasons are.
    socket.close(code, reason.slice(0, MAX_REASON_CHARS));
  } catch {
    // Closed or closing: there is nobody left to tell.
  }
}
