import { expect, it } from 'vitest';
import { webhookQueuedSchema } from '../../protocol/webhooks.ts';
import { createApi } from './api.ts';

it('says of a write without a body that it is JSON: of a browser no other is taken', async () => {
  const sent: Headers[] = [];
  const api = createApi(async (_input, init) => {
    sent.push(new Headers(init?.headers));
    return Response.json({ id: 'm1' });
  });
  const result = await api.call(
    'POST /api/webhooks/{id}/test',
    { params: { id: 'w1' } },
    webhookQueuedSchema,
  );
  expect(result).toEqual({ ok: true, value: { id: 'm1' } });
  expect(sent.map((headers) => headers.get('content-type'))).toEqual(['application/json']);
});
