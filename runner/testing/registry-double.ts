import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { registerRunnerBodySchema } from '../../protocol/registration.ts';
import { makeEnvelopeSigner } from './envelope-signer.ts';
import { type SocketServer, startSocketServer } from './socket-server.ts';

export const TOKEN = `sbt_bG9jYWw.00000000-0000-4000-8000-0000000000aa.${'t'.repeat(43)}`;
const RUNNER_ID = '00000000-0000-4000-8000-000000000001';

/** The side of a control plane that registers runners: one token, one nonce, a fresh credential each time. */
export class RegistryDouble {
  signer = makeEnvelopeSigner();
  /** Announced besides the one that signs. */
  next: ReturnType<typeof makeEnvelopeSigner> | null = null;
  /** So many answers are lost after the token was used. */
  answersToLose = 0;
  readonly nonces: string[] = [];
  readonly credentials: string[] = [];
  #server: SocketServer | null = null;

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    this.#server = await startSocketServer(
      (socket) => socket.close(),
      (request, response) => void this.#answer(request, response),
    );
    return this;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  get keys() {
    return [this.signer.publicKey, ...(this.next === null ? [] : [this.next.publicKey])];
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.url === '/api/runners/job-keys') {
      response.end(JSON.stringify({ keys: this.keys }));
      return;
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(response, 401, 'wrong');
    const { nonce, name = 'runner' } = registerRunnerBodySchema.parse(JSON.parse(body));
    const [first] = this.nonces;
    this.nonces.push(nonce);
    if (first !== undefined && first !== nonce) return refuse(response, 409, 'used already');
    const credential = `sbr_bG9jYWw.${RUNNER_ID}.${String(this.nonces.length).padStart(43, 'c')}`;
    this.credentials.push(credential);
    if (this.answersToLose > 0) {
      this.answersToLose -= 1;
      response.destroy();
      return;
    }
    const answer = { id: RUNNER_ID, name, credential, labels: ['gpu'], jobKeys: this.keys, url: this.url };
    response.writeHead(201).end(JSON.stringify(answer));
  }
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  const problem = { type: 'urn:x', title: 'No', status, code: 'no', detail, remedy: 'Make a new one.' };
  response.writeHead(status).end(JSON.stringify(problem));
}
