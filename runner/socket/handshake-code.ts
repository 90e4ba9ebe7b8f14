import type { CloseCode } from '../../protocol/close-codes.ts';
import { CLOSE } from '../../protocol/close-codes.ts';

/**
 * What a refused WebSocket handshake means, in terms of close codes: proxies and guards answer with an HTTP
 * status before there is a socket to close. Null: an outage, try again.
 */
export function handshakeCloseCode(status: number): CloseCode | null {
  switch (status) {
    case 401:
    case 403:
      return CLOSE.unauthorized;
    case 404:
      return CLOSE.notFound;
    case 409:
    case 410:
      return CLOSE.fenced;
    case 426:
      return CLOSE.versionRefused;
    case 429:
      return CLOSE.overload;
    default:
      return null;
  }
}
