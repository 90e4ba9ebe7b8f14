import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoggedEvent } from '../../protocol/events.ts';
import type { Api } from '../model/api.ts';
import { createApi } from '../model/api.ts';
import { createReading } from '../model/reading.ts';
import { createSessionModel, type SessionModel } from '../model/session-model.ts';
import { createTimeline } from '../model/timeline.ts';
import { PromptBox } from './prompt-box.tsx';
import { rowText } from './row-text.ts';
import { Timeline } from './timeline.tsx';

const sessionId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 7]);
const IMAGE_ID = '0f5c2a8e-7d34-4b1a-8c55-3e9a4f0d2b61';
const STORED = {
  id: IMAGE_ID,
  name: 'login.png',
  type: 'image/png' as const,
  bytes: 9,
  sha256: 'a'.repeat(64),
};

let host: HTMLElement;
let model: SessionModel | null = null;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
  model?.close();
  model = null;
});

type Sent = { method: string; url: string; body: unknown };

/** The page's own model over a network that answers as it is told. */
function modelWith(answer: (sent: Sent) => Response): { model: SessionModel; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetchFn: typeof fetch = async (input, init) => {
    const { method = 'GET', body = null } = init ?? {};
    const one = { method, url: String(input), body };
    if (method === 'POST') sent.push(one);
    return method === 'POST' ? answer(one) : Response.json({ items: [], next: null });
  };
  const api: Api = createApi(fetchFn);
  model = createSessionModel(sessionId, { api, location, document, onSignedOut: () => undefined });
  return { model, sent };
}

const stored = () =>
  Response.json({ ...STORED, by: 'mona', source: 'upload', createdAt: 1 }, { status: 201 });
const fileOf = (bytes: Uint8Array<ArrayBuffer>, name: string) => new File([bytes], name);

async function choose(...files: File[]): Promise<void> {
  const input = host.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new Error('There is nothing to choose files with.');
  Object.defineProperty(input, 'files', { configurable: true, value: files });
  await act(() => void input.dispatchEvent(new Event('change', { bubbles: true })));
}

async function typeAndSend(text: string): Promise<void> {
  const box = host.querySelector('textarea');
  const form = host.querySelector('form');
  if (box === null || form === null) throw new Error('There is no prompt box.');
  await act(() => {
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => {
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
}

const chosenNames = () =>
  [...host.querySelectorAll('.chosen li > span:first-of-type')].map((one) => one.textContent);
const shows = (text: string) => vi.waitFor(() => expect(host.textContent).toContain(text));

describe('images in the prompt box', () => {
  it('are shown before they are sent, can be taken back, and only the rest is uploaded and named', async () => {
    const { model, sent } = modelWith(({ url }) =>
      url.includes('/attachments') ? stored() : Response.json({ outcome: 'nothing known' }, { status: 201 }),
    );
    await act(() => render(<PromptBox model={model} />, host));
    await choose(fileOf(PNG, 'login.png'), fileOf(PNG, 'other.png'));
    await shows('other.png');
    expect(sent).toEqual([]);
    await act(() => host.querySelector<HTMLButtonElement>('[aria-label="Remove other.png"]')?.click());
    expect(host.textContent).not.toContain('other.png');
    await typeAndSend('Look at this');
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent.map(({ url }) => url)).toEqual([
      `/api/sessions/${sessionId}/attachments?name=login.png`,
      `/api/sessions/${sessionId}/messages`,
    ]);
    const [image, message] = sent;
    if (!(image?.body instanceof Blob)) throw new Error('What was uploaded is no file.');
    expect([image.body.type, new Uint8Array(await image.body.arrayBuffer())]).toEqual(['image/png', PNG]);
    expect(JSON.parse(String(message?.body))).toEqual({ text: 'Look at this', attachments: [IMAGE_ID] });
  });

  it('stay when the line is down, with the words why, and are not stored twice at the next try', async () => {
    let isDown = true;
    const { model, sent } = modelWith(({ url }) => {
      if (url.includes('/attachments')) return stored();
      if (isDown) throw new TypeError('Failed to fetch');
      return Response.json({ outcome: 'unknown' }, { status: 201 });
    });
    await act(() => render(<PromptBox model={model} />, host));
    await choose(fileOf(PNG, 'login.png'));
    await shows('login.png');
    await typeAndSend('Look at this');
    await shows("The control plane can't be reached.");
    expect(host.textContent).toContain('login.png');
    expect(host.querySelector('textarea')?.value).toBe('Look at this');
    isDown = false;
    await typeAndSend('Look at this');
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    expect(sent.filter(({ url }) => url.includes('/attachments'))).toHaveLength(1);
  });

  it('are refused in words when they are no images, and what the control plane says is shown', async () => {
    const { model } = modelWith(() =>
      Response.json(
        {
          type: 'urn:signalbox:problem:conflict',
          title: 'Conflict',
          status: 409,
          code: 'conflict',
          detail: 'The session has 200 images; it takes no more.',
          remedy: 'Start another session.',
        },
        { status: 409 },
      ),
    );
    await act(() => render(<PromptBox model={model} />, host));
    await choose(fileOf(new Uint8Array([1, 2, 3]), 'notes.pdf'));
    await shows('notes.pdf is no PNG, JPEG, GIF or WebP image.');
    expect(chosenNames()).toEqual([]);
    await choose(fileOf(PNG, 'login.png'));
    await shows('login.png');
    await typeAndSend('Look at this');
    await shows('The session has 200 images; it takes no more. Start another session.');
  });

  it('are pasted unless there is text to paste, and dropped', async () => {
    const { model } = modelWith(stored);
    await act(() => render(<PromptBox model={model} />, host));
    const data = (types: string[], name: string) => ({ types, files: [fileOf(PNG, name)] });
    const happens = (what: string, field: string, value: unknown) => {
      const event = new Event(what, { bubbles: true, cancelable: true });
      Object.defineProperty(event, field, { value });
      return act(() => void host.querySelector('textarea')?.dispatchEvent(event));
    };
    await happens('paste', 'clipboardData', data(['text/plain', 'Files'], 'cells.png'));
    await happens('paste', 'clipboardData', data(['Files'], 'pasted.png'));
    await happens('drop', 'dataTransfer', data(['Files'], 'dropped.png'));
    await shows('dropped.png');
    expect(host.textContent).toContain('pasted.png');
    expect(host.textContent).not.toContain('cells.png');
  });
});

it('shows the images of a message beside it, and none where they are not to be had', async () => {
  const event: LoggedEvent = {
    id: 1,
    at: 0,
    taskId: null,
    event: {
      type: 'message.received',
      messageId: 'm',
      author: 'mona',
      source: 'api',
      text: 'Look',
      attachments: [STORED],
    },
  };
  const reading = createReading(signal(createTimeline().extend([event])), rowText);
  await act(() => render(<Timeline reading={reading} imagesAt="/api/sessions/s/attachments" />, host));
  const image = host.querySelector('.said img');
  expect([image?.getAttribute('src'), image?.getAttribute('alt')]).toEqual([
    `/api/sessions/s/attachments/${IMAGE_ID}`,
    'login.png',
  ]);
  render(null, host);
  await act(() => render(<Timeline reading={reading} />, host));
  expect(host.querySelector('.said')?.textContent).toContain('Look');
  expect(host.querySelector('img')).toBeNull();
});
