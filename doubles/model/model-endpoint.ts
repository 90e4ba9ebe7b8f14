import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { z } from 'zod';
import { answerForm, asksForForm } from './answer-form.ts';
import { checkHeaders, checkMessages } from './check-request.ts';
import { Holds } from './holds.ts';
import type { MessagesRequest } from './messages-schema.ts';
import { countTokensRequestSchema, messagesRequestSchema } from './messages-schema.ts';
import { apiError, playStep, sendJson } from './play-step.ts';
import { notesOf, readConversation } from './read-conversation.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Script, Step } from './script.ts';
import { text } from './script.ts';
import { DEFAULT_SCRIPTS } from './scripts.ts';

export type ModelEndpoint = {
  url: string;
  port: number;
  /** Everything that was asked, oldest first. */
  requests: readonly RecordedRequest[];
  /** What was sent that the published API would not take. */
  violations: readonly string[];
  /** Steps with this `hold` wait from now on, until `release`. */
  hold(name: string): void;
  release(name: string): void;
  /** Resolves when a step waits at this hold. */
  reached(name: string): Promise<void>;
  close(): Promise<void>;
};

export type ModelEndpointOptions = { scripts?: readonly Script[]; port?: number };

const NO_SCRIPT = text('No script of this model fits what was asked.');

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function issuesOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

class Endpoint {
  readonly requests: RecordedRequest[] = [];
  readonly violations: string[] = [];
  readonly holds = new Holds();
  readonly closing = new AbortController();
  readonly #scripts: readonly Script[];
  readonly #tries = new Map<string, number>();

  constructor(scripts: readonly Script[]) {
    this.#scripts = scripts;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = this.#record(request);
    if (request.method === 'HEAD') {
      response.writeHead(200).end();
      return;
    }
    const body = await readBody(request);
    const path = record.path.split('?')[0];
    if (request.method === 'POST' && path === '/v1/messages/count_tokens') {
      this.#countTokens(request, body, response);
      return;
    }
    if (request.method === 'POST' && path === '/v1/messages') {
      return this.#message(request, body, record, response);
    }
    this.violations.push(`${request.method} ${path}: no such route in this endpoint`);
    sendJson(response, 404, apiError('not_found_error', `${path} is not known`, `req_${record.number}`));
  }

  #record(request: IncomingMessage): RecordedRequest {
    const sessionId = request.headers['x-claude-code-session-id'];
    const record: RecordedRequest = {
      number: this.requests.length + 1,
      atMs: performance.now(),
      method: request.method ?? '',
      path: request.url ?? '',
      sessionId: typeof sessionId === 'string' ? sessionId : null,
      login: request.headers['x-api-key'] ? 'api_key' : request.headers.authorization ? 'bearer' : 'none',
      userAgent: request.headers['user-agent'] ?? '',
      body: null,
      script: null,
      notes: [],
    };
    this.requests.push(record);
    return record;
  }

  #refuse(response: ServerResponse, violations: string[]): void {
    this.violations.push(...violations);
    sendJson(response, 400, apiError('invalid_request_error', violations.join('; '), 'req_refused'));
  }

  #countTokens(request: IncomingMessage, body: string, response: ServerResponse): void {
    const parsed = countTokensRequestSchema.safeParse(parseJson(body));
    const violations = [...checkHeaders(request.headers), ...(parsed.success ? [] : issuesOf(parsed.error))];
    if (violations.length > 0) this.#refuse(response, violations);
    else sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
  }

  async #message(
    request: IncomingMessage,
    body: string,
    record: RecordedRequest,
    response: ServerResponse,
  ): Promise<void> {
    const parsed = messagesRequestSchema.safeParse(parseJson(body));
    const violations = [
      ...checkHeaders(request.headers),
      ...(parsed.success ? checkMessages(parsed.data.messages) : issuesOf(parsed.error)),
    ];
    if (!parsed.success || violations.length > 0) {
      this.#refuse(response, violations);
      return;
    }
    record.body = parsed.data;
    record.notes = notesOf(parsed.data.messages);
    const { step, key } = this.#choose(parsed.data, record);
    const tries = this.#tries.get(key) ?? 0;
    this.#tries.set(key, tries + 1);
    const input = {
      key,
      model: parsed.data.model,
      requestChars: body.length,
      newestChars: JSON.stringify(parsed.data.messages.at(-1)).length,
      stream: parsed.data.stream === true,
      requestId: `req_${record.number}`,
      earlierTries: tries,
    };
    await playStep(response, step, input, { holds: this.holds, closing: this.closing.signal });
  }

  #choose(body: MessagesRequest, record: RecordedRequest): { step: Step; key: string } {
    if (asksForForm(body)) {
      const answers = body.messages.filter(({ role }) => role === 'assistant').length;
      record.script = { name: 'form', step: answers };
      const step = answerForm(body)[answers] ?? text('Answered.');
      return { step, key: `${record.sessionId}/form/${answers}` };
    }
    const chosen = readConversation(body.messages, this.#scripts);
    if (chosen === null) return { step: NO_SCRIPT, key: `${record.sessionId}/none/${body.messages.length}` };
    const { script, step: index, answers, context } = chosen;
    record.script = { name: script.name, step: index };
    /** A conversation's request by what it asks, not by its bytes: a retry may carry other messages. */
    const key = [record.sessionId, script.name, context.arg, index, answers].join('/');
    const step = script.steps(context)[index];
    return { step: step ?? text(`The script ${script.name} has no step ${index}.`), key };
  }
}

function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  return once(server, 'listening').then(() => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the model endpoint has no port');
    return address.port;
  });
}

/** Starts a Messages API that answers from scripts, for the real Claude Code CLI. Port 0 or none: any free one. */
export async function startModelEndpoint(options: ModelEndpointOptions = {}): Promise<ModelEndpoint> {
  const endpoint = new Endpoint(options.scripts ?? DEFAULT_SCRIPTS);
  const server = createServer((request, response) => {
    endpoint.handle(request, response).catch((error: unknown) => {
      if (!endpoint.closing.signal.aborted && !request.destroyed) {
        endpoint.violations.push(`the endpoint failed: ${String(error)}`);
      }
      response.destroy();
    });
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: endpoint.requests,
    violations: endpoint.violations,
    hold: (name) => endpoint.holds.hold(name),
    release: (name) => endpoint.holds.release(name),
    reached: (name) => endpoint.holds.reached(name),
    async close() {
      endpoint.closing.abort();
      endpoint.holds.releaseAll();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
