import type { z } from 'zod';
import type { OperationName } from '../../../protocol/api/client.ts';
import type { Problem } from '../../../protocol/problem.ts';

/** A request as the page sent it. */
export type Sent = { method: string; path: string; query: Record<string, string>; body: unknown };

type Answer = { pattern: RegExp; method: string; reply: (sent: Sent) => Response };

/** The network below the page: answers are those of the protocol's own schemas, or refused when the test is wrong. */
export class FakeApi {
  readonly sent: Sent[] = [];
  readonly #answers: Answer[] = [];

  /** The last answer to an operation holds. */
  answer<T>(
    operation: OperationName,
    schema: z.ZodType<T>,
    value: z.input<z.ZodType<T>> | ((sent: Sent) => unknown),
  ) {
    this.#on(operation, (sent) => {
      const given = typeof value === 'function' ? (value as (sent: Sent) => unknown)(sent) : value;
      const body = schema.parse(given);
      return body === null ? new Response(null, { status: 204 }) : Response.json(body);
    });
  }

  refuse(operation: OperationName, problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem>) {
    const whole = { type: 'about:blank', title: 'Refused', remedy: 'Mend it.', ...problem };
    this.#on(operation, () => Response.json(whole, { status: problem.status }));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(String(input), 'http://page.test');
    const method = init?.method ?? 'GET';
    const body: unknown = init?.body == null ? null : JSON.parse(String(init.body));
    const sent = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), body };
    this.sent.push(sent);
    const found = this.#answers.findLast((one) => one.method === method && one.pattern.test(url.pathname));
    if (found === undefined) throw new Error(`The test has no answer to ${method} ${url.pathname}.`);
    return found.reply(sent);
  };

  /** What was sent by this method, the last first. */
  writes(): Sent[] {
    return this.sent.filter(({ method }) => method !== 'GET').reverse();
  }

  #on(operation: OperationName, reply: Answer['reply']): void {
    const [method = '', template = ''] = operation.split(' ');
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
    this.#answers.push({ pattern, method, reply });
  }
}
