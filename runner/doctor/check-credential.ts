import { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/close-codes.ts';
import { CONTROL_PATH } from '../control/control-link.ts';
import type { Check } from '../machine/check.ts';
import { checkFailed, checkOk } from '../machine/check.ts';
import { proxyAgent } from '../socket/proxy-agent.ts';
import { socketUrl } from '../socket/socket-url.ts';

const DEADLINE_MS = 10_000;

/** A credential that is refused only after the handshake is refused at once. */
const REFUSAL_MS = 300;

type Handshake = { opened: true } | { opened: false; httpStatus: number | null; why: string };

/**
 * Opens the control socket and closes it before saying hello: the Fleet counts a runner as connected only after
 * that, so a runner that works on this credential right now is not disturbed.
 */
function shakeHands(controlUrl: string, credential: string): Promise<Handshake> {
  return new Promise((resolve) => {
    const url = socketUrl(controlUrl, CONTROL_PATH);
    const socket = new WebSocket(url, {
      agent: proxyAgent(url),
      headers: { authorization: `Bearer ${credential}` },
      handshakeTimeout: DEADLINE_MS,
    });
    socket.on('open', () => {
      const timer = setTimeout(() => {
        socket.close(1000);
        resolve({ opened: true });
      }, REFUSAL_MS);
      socket.on('close', (code) => {
        clearTimeout(timer);
        const httpStatus = code === CLOSE.unauthorized ? 401 : null;
        resolve({ opened: false, httpStatus, why: `closed with ${code}` });
      });
    });
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate();
      resolve({ opened: false, httpStatus: response.statusCode ?? null, why: `HTTP ${response.statusCode}` });
    });
    socket.on('error', (error) => resolve({ opened: false, httpStatus: null, why: error.message }));
  });
}

export async function checkCredential(controlUrl: string, credential: string): Promise<Check> {
  const handshake = await shakeHands(controlUrl, credential);
  if (handshake.opened) return checkOk('credential', 'the control plane accepts it, over a WebSocket');
  if (handshake.httpStatus === 401 || handshake.httpStatus === 403) {
    const remedy =
      'Register the runner again: `signalbox-runner register`, with a registration token from an admin.';
    return checkFailed('credential', 'broken', 'the control plane refuses it', remedy);
  }
  const detail = `no WebSocket to the control plane: ${handshake.why}`;
  return checkFailed(
    'credential',
    'broken',
    detail,
    'Let proxies on the way pass WebSockets (HTTP Upgrade).',
  );
}
