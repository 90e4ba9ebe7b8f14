import type { CloseCode } from '../../protocol/close-codes.ts';
import { CLOSE } from '../../protocol/close-codes.ts';
import type { ControlFromRunner, ControlToRunner } from '../../protocol/control-socket.ts';
import { controlToRunnerSchema } from '../../protocol/control-socket.ts';
import { judgeVersion } from '../../protocol/version.ts';
import type { Closed, SocketDeps } from '../socket/reconnecting-socket.ts';
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts';
import { socketUrl } from '../socket/socket-url.ts';

export const CONTROL_PATH = '/api/runners/connect';

/** A credential that was good and is refused now may be refused by a deploy in progress; then it is gone. */
const REFUSALS_BEFORE_STOP = 5;

/** Why the runner can't go on, in words for the person who looks after it. */
export type ControlEnd = { reason: 'replaced' | 'version' | 'credential' | 'refused'; message: string };

export type ControlLinkSpec = {
  controlUrl: string;
  credential: string;
  /** Everything the runner holds, asked for at each connection. */
  hello: () => Extract<ControlFromRunner, { type: 'hello' }>;
  onFrame(frame: ControlToRunner): void;
  onDown?(): void;
  onEnd(end: ControlEnd): void;
};

/** The runner's one connection to its Fleet. */
export class ControlLink {
  readonly #spec: ControlLinkSpec;
  readonly #deps: SocketDeps;
  readonly #socket: ReconnectingSocket;
  #isWelcome = false;
  #wasEverWelcome = false;
  #refusals = 0;

  constructor(spec: ControlLinkSpec, deps: SocketDeps) {
    this.#spec = spec;
    this.#deps = { ...deps, log: deps.log.child({ part: 'control-link' }) };
    this.#socket = new ReconnectingSocket(
      {
        url: socketUrl(spec.controlUrl, CONTROL_PATH),
        bearer: () => spec.credential,
        renew: () => this.#onRefusedCredential(),
        onOpen: () => this.#send(spec.hello()),
        onText: (text) => this.#onText(text),
        onDown: () => {
          this.#isWelcome = false;
          spec.onDown?.();
        },
        onStop: (closed) => spec.onEnd(describeEnd(closed)),
      },
      this.#deps,
    );
  }

  /** The Fleet knows this runner and what it holds; frames are heard. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  connect(): void {
    this.#socket.connect();
  }

  /** False when there is no connection: what the Fleet must know is said by the next `hello`. */
  send(frame: ControlFromRunner): boolean {
    return this.#isWelcome && this.#send(frame);
  }

  close(): void {
    this.#socket.close();
  }

  #send(frame: ControlFromRunner): boolean {
    return this.#socket.send(JSON.stringify(frame));
  }

  async #onRefusedCredential(): Promise<void> {
    this.#refusals += 1;
    const mayBePassing = this.#wasEverWelcome && this.#refusals < REFUSALS_BEFORE_STOP;
    if (!mayBePassing) throw new Error('credential refused');
  }

  #onText(text: string): void {
    const frame = parseFrame(text);
    if (frame === null) {
      this.#deps.log.warn({ bytes: text.length }, 'control_link.unknown_frame');
      return;
    }
    if (frame.type === 'welcome') {
      const version = judgeVersion(frame.protocol);
      if (version.status === 'refused') {
        this.#socket.close(CLOSE.versionRefused, version.reason);
        this.#spec.onEnd({ reason: 'version', message: describeVersion(version.reason) });
        return;
      }
      this.#isWelcome = true;
      this.#wasEverWelcome = true;
      this.#refusals = 0;
    }
    this.#spec.onFrame(frame);
  }
}

function parseFrame(text: string): ControlToRunner | null {
  try {
    return controlToRunnerSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function describeVersion(reason: 'peer_too_old' | 'peer_too_new'): string {
  return reason === 'peer_too_old'
    ? 'The control plane speaks an older protocol than this runner: deploy a newer control plane.'
    : 'The control plane speaks a newer protocol than this runner: update the runner.';
}

const END_REASONS: Readonly<Partial<Record<CloseCode, ControlEnd['reason']>>> = {
  [CLOSE.replaced]: 'replaced',
  [CLOSE.versionRefused]: 'version',
  [CLOSE.unauthorized]: 'credential',
};

const END_MESSAGES: Readonly<Record<ControlEnd['reason'], string>> = {
  replaced:
    'Another runner connected with the same credential and took over. Give each runner a credential of its own.',
  version: 'The control plane refused this version of the runner.',
  credential:
    'The control plane refused the credential. Register the runner again (`signalbox-runner register`).',
  refused: 'The control plane closed the connection for good.',
};

function describeEnd({ code, reason: detail }: Closed): ControlEnd {
  const known = Object.entries(END_REASONS).find(([key]) => Number(key) === code)?.[1];
  const reason = known ?? 'refused';
  const suffix = known === undefined ? ` (code ${code}${detail === '' ? '' : `: ${detail}`})` : '';
  const said = reason === 'version' && detail !== '' ? ` It says: ${detail}` : '';
  return { reason, message: `${END_MESSAGES[reason]}${suffix}${said}` };
}
