import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelEndpoint } from './model-endpoint.ts';
import { startModelEndpoint } from './model-endpoint.ts';

let endpoint: ModelEndpoint;

beforeEach(async () => {
  endpoint = await startModelEndpoint();
});
afterEach(() => endpoint.close());

type Message = { role: 'user' | 'assistant' | 'system'; content: unknown };

const HEADERS = {
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  'x-api-key': 'secret-key',
  'x-claude-code-session-id': 'session-1',
};

function ask(
  messages: Message[],
  over: Record<string, unknown> = {},
  headers: Record<string, string> = HEADERS,
) {
  return fetch(`${endpoint.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'claude-test', max_tokens: 100, messages, ...over }),
  });
}

const user = (content: unknown): Message => ({ role: 'user', content });
const assistant = (content: unknown): Message => ({ role: 'assistant', content });
const system = (content: unknown): Message => ({ role: 'system', content });

function events(stream: string): { type: string; delta?: { text?: string; partial_json?: string } }[] {
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('the answer of a script', () => {
  it('comes as one piece when no stream is wanted', async () => {
    const response = await ask([user('[[say:hello]]')]);
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'assistant',
        model: 'claude-test',
        content: [{ type: 'text', text: 'hello' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: {
          input_tokens: expect.any(Number),
          output_tokens: expect.any(Number),
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: expect.any(Number),
        },
      },
    ]);
  });

  it('comes as the published events when a stream is wanted', async () => {
    const response = await ask([user('[[bash:ls]]')], { stream: true });
    const list = events(await response.text());
    expect(list.map((event) => event.type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(JSON.parse(list[2]?.delta?.partial_json ?? '')).toEqual({
      command: 'ls',
      description: 'Run a command',
    });
  });

  it('is the one after as many answers as the conversation has since the newest marker', async () => {
    const history = [
      user([
        { type: 'text', text: '<system-reminder>[[say:no]]</system-reminder>' },
        { type: 'text', text: '[[say:old]]' },
      ]),
      assistant('old'),
      user('[[bash:ls]]'),
      assistant([{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }]),
      user([{ type: 'tool_result', tool_use_id: 't1', content: 'a.txt' }]),
    ];
    const answer = await (await ask(history)).json();
    expect(answer).toMatchObject({ content: [{ type: 'text', text: 'The command printed: a.txt' }] });
    expect(endpoint.requests[0]?.script).toEqual({ name: 'bash', step: 1 });
  });

  it('can be chosen by what the request says', async () => {
    await ask([user('Please make the greeting friendlier')]);
    expect(endpoint.requests[0]?.script).toEqual({ name: 'demo-greeting', step: 0 });
  });

  it('waits for a hold until the test releases it', async () => {
    endpoint.hold('loop-end');
    let answered = false;
    const asked = ask([user('[[loop:0]]')]).then((response) => {
      answered = true;
      return response.json();
    });
    await endpoint.reached('loop-end');
    expect(answered).toBe(false);
    endpoint.release('loop-end');
    expect(await asked).toMatchObject({ content: [{ text: 'The loop is over. No message came in.' }] });
  });

  it('shows what the user said in the middle of the turn', async () => {
    const note = 'The user sent a new message while you were working:\nMind the tests\n';
    await ask([user('[[loop:0]]'), system('# Environment'), system([{ type: 'text', text: note }])]);
    expect(endpoint.requests[0]?.notes).toEqual(['Mind the tests']);
  });
});

describe('a fault', () => {
  it('happens as often as it says, then the script works', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await ask([user('[[overloaded:2]]')])).status);
    expect(statuses).toEqual([529, 529, 200]);
  });

  it('names the time after which it is over', async () => {
    const response = await ask([user('[[retry-after:7]]')]);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('may be an error in the middle of a stream', async () => {
    const response = await ask([user('[[stream-error:1]]')], { stream: true });
    expect(events(await response.text()).at(-1)).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error' },
    });
    expect((await ask([user('[[stream-error:1]]')])).status).toBe(200);
  });

  it.each(['cut-start', 'cut-middle', 'cut-end'])('may be a socket that is cut: %s', async (name) => {
    const response = await ask([user(`[[${name}]]`)], { stream: true });
    await expect(response.text()).rejects.toThrow();
  });

  it('may be silence, which ends when the endpoint closes', async () => {
    const hanging = ask([user('[[hang]]')]).then(
      () => 'answered',
      () => 'cut',
    );
    const stalled = await ask([user('[[stall]]')], { stream: true });
    const rest = stalled.text().then(
      () => 'ended',
      () => 'cut',
    );
    await endpoint.close();
    expect(await Promise.all([hanging, rest])).toEqual(['cut', 'cut']);
    endpoint = await startModelEndpoint();
  });
});

describe('a request that the published API would not take', () => {
  const use = assistant([{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }]);
  const done = user([{ type: 'tool_result', tool_use_id: 't1', content: 'x' }]);
  const { 'anthropic-version': _version, ...noVersion } = HEADERS;
  const { 'x-api-key': _key, ...noKey } = HEADERS;

  it.each<[string, Message[], Record<string, unknown>, Record<string, string>, RegExp]>([
    ['no version', [user('a')], {}, noVersion, /anthropic-version/],
    ['no key', [user('a')], {}, noKey, /x-api-key/],
    ['no limit of tokens', [user('a')], { max_tokens: undefined }, HEADERS, /max_tokens/],
    ['no messages', [], {}, HEADERS, /messages/],
    ['an answer first', [assistant('a')], {}, HEADERS, /first message/],
    ['a tool use without a result', [user('a'), use, user('b')], {}, HEADERS, /t1 has 0 results/],
    ['a result without a tool use', [user('a'), done], {}, HEADERS, /no such tool_use/],
    ['a tool use twice', [user('a'), use, done, use, done], {}, HEADERS, /not unique/],
  ])('is refused and recorded: %s', async (_name, messages, over, headers, violation) => {
    const response = await ask(messages, over, headers);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { type: 'error', error: { type: 'invalid_request_error' } },
    ]);
    expect(endpoint.violations).toEqual(expect.arrayContaining([expect.stringMatching(violation)]));
  });

  it('is recorded when the route does not exist', async () => {
    expect((await fetch(`${endpoint.url}/v1/models`)).status).toBe(404);
    expect(endpoint.violations).toEqual([expect.stringContaining('/v1/models')]);
  });
});

describe('the record', () => {
  it('says how a request was authorised and never by what', async () => {
    await ask([user('[[say:a]]')]);
    const { 'x-api-key': _key, ...rest } = HEADERS;
    await ask([user('[[say:a]]')], {}, { ...rest, authorization: 'Bearer secret-token' });
    expect(endpoint.requests.map((request) => request.login)).toEqual(['api_key', 'bearer']);
    expect(JSON.stringify(endpoint.requests)).not.toContain('secret-');
  });

  it('answers probes and counts of tokens', async () => {
    expect((await fetch(`${endpoint.url}/api/hello`, { method: 'HEAD' })).status).toBe(200);
    const counted = await fetch(`${endpoint.url}/v1/messages/count_tokens?beta=true`, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify({ model: 'claude-test', messages: [user('hello')] }),
    });
    expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(endpoint.violations).toEqual([]);
  });
});
