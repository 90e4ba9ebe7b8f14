import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Attachment, MAX_ATTACHMENT_BYTES } from '../../protocol/attachments.ts';
import type { RunnerEvent } from '../../protocol/events.ts';
import { taskIdOf } from '../../protocol/ids.ts';
import { loadImages } from './load-images.ts';

const SESSION = randomUUID();
const TICKET = 'a-ticket';

let server: Server;
let asked: (string | undefined)[];
/** By path; everything else is 404. */
let served: Map<string, Buffer>;
beforeEach(async () => {
  asked = [];
  served = new Map();
  server = createServer(({ url = '', headers }, response) => {
    asked.push(headers.authorization);
    const content = served.get(url);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

function serve(content: Buffer, over: Partial<Attachment> = {}): Attachment {
  const id = randomUUID();
  served.set(`/api/sessions/${SESSION}/tasks/1/attachments/${id}`, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { id, name: `${id}.png`, type: 'image/png', bytes: content.length, sha256, ...over };
}

async function load(attachments: Attachment[] | undefined) {
  const events: RunnerEvent[] = [];
  const api = {
    controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taskId: taskIdOf(SESSION, 1),
    ticket: () => TICKET,
    renewTicket: async () => undefined,
    fetch,
    random: () => 0,
  };
  const images = await loadImages({ api, emit: (event) => events.push(event) }, attachments);
  return { images, notices: events.map((event) => (event.type === 'notice' ? event.text : event.type)) };
}

it('fetches what came with a message, byte by byte and with the ticket of its job', async () => {
  const content = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]);
  const { images, notices } = await load([serve(content)]);
  expect(images).toEqual([{ type: 'image/png', data: content.toString('base64') }]);
  expect([notices, asked]).toEqual([[], [`Bearer ${TICKET}`]]);
  expect((await load(undefined)).images).toEqual([]);
});

it('tells in the log of an image that is not there, and goes on with the others', async () => {
  const gone = serve(Buffer.from('a'));
  served.delete(`/api/sessions/${SESSION}/tasks/1/attachments/${gone.id}`);
  const { images, notices } = await load([gone, serve(Buffer.from('b'))]);
  expect(images.map(({ data }) => Buffer.from(data, 'base64').toString())).toEqual(['b']);
  expect(notices).toEqual([expect.stringContaining(`The image ${gone.name} could not be fetched`)]);
});

it('takes no other content than that which was named', async () => {
  const other = serve(Buffer.from('abc'), { sha256: 'f'.repeat(64) });
  const { images, notices } = await load([other]);
  expect(images).toEqual([]);
  expect(notices).toEqual([expect.stringContaining('not the one that was named')]);
});

it('leaves out what a request to the model does not hold', async () => {
  const large = Buffer.alloc(MAX_ATTACHMENT_BYTES);
  const five = Array.from({ length: 5 }, () => serve(large));
  const { images, notices } = await load([...five, serve(Buffer.from('a'))]);
  expect(images).toHaveLength(4);
  expect(notices).toHaveLength(2);
  expect(notices[0]).toContain('all images together are larger than 15000000 bytes');
});
