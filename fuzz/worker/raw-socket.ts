/** An answer takes milliseconds; without it for so long, something hangs. */
const ANSWER_DEADLINE_MS = 5_000;

/** The client's end of a socket, for frames that are none. */
export class RawSocket {
  readonly received: string[] = [];
  closeCode: number | null = null;
  readonly #socket: WebSocket;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket | null) {
    if (socket === null) throw new Error('The object did not upgrade.');
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.received.push(String(data));
      this.#wake();
    });
    socket.addEventListener('close', ({ code }) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.accept();
  }

  /** The other side may have closed it at any moment. */
  send(frame: string | Uint8Array): void {
    if (this.closeCode === null) this.#socket.send(frame);
  }

  close(): void {
    if (this.closeCode === null) this.#socket.close(1000, 'done');
  }

  /** Waits for a message of a kind that comes from now on, or for the end. @returns whether the socket is open */
  async answered(isAnswer: (text: string) => boolean, seen: number): Promise<boolean> {
    const deadline = Date.now() + ANSWER_DEADLINE_MS;
    while (this.closeCode === null && !this.received.slice(seen).some(isAnswer)) {
      if (Date.now() > deadline) throw new Error('Neither an answer nor an end came.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ANSWER_DEADLINE_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.closeCode === null;
  }
}

export const isFrame = (type: string) => (text: string) => text.startsWith(`{"type":"${type}"`);
