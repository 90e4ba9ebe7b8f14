type Frame = { type: string };

/** The client's end of a socket: keeps what comes and lets a test wait for it. */
export class TestSocket<F extends Frame> {
  readonly frames: F[] = [];
  /** Null until the socket is closed by the other side. */
  closeCode: number | null = null;
  readonly #socket: WebSocket;
  readonly #texts: string[] = [];
  #next = 0;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const text = String(data);
      if (text.startsWith('{')) this.frames.push(JSON.parse(text));
      else this.#texts.push(text);
      this.#wake();
    });
    socket.addEventListener('close', ({ code }) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.accept();
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  close(code: number): void {
    this.#socket.close(code, 'test');
  }

  /** The next frame of a type; those before it are skipped. */
  async next<T extends F['type']>(type: T): Promise<Extract<F, { type: T }>> {
    for (;;) {
      const frame = this.frames[this.#next];
      if (frame !== undefined) {
        this.#next += 1;
        if (isOf(frame, type)) return frame;
      } else if (this.closeCode !== null) {
        throw new Error(`Closed with ${this.closeCode} while waiting for "${type}".`);
      } else await this.#something();
    }
  }

  async closed(): Promise<number> {
    while (this.closeCode === null) await this.#something();
    return this.closeCode;
  }

  /** Waits until what has come so far fulfils a condition. */
  async until(condition: (frames: F[]) => boolean): Promise<void> {
    while (!condition(this.frames)) await this.#something();
  }

  /** Waits for a message that is no frame. */
  async untilText(text: string): Promise<void> {
    while (!this.#texts.includes(text)) await this.#something();
  }

  #something(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function isOf<F extends Frame, T extends F['type']>(frame: F, type: T): frame is Extract<F, { type: T }> {
  return frame.type === type;
}
