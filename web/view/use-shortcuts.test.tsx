import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ApiDouble, createApiDouble } from './testing/api-double.ts';
import { answerNow, nowTask } from './testing/now-fixture.ts';
import { showApp } from './testing/show-app.tsx';

let api: ApiDouble;
let shown: Awaited<ReturnType<typeof showApp>>;
beforeEach(async () => {
  api = createApiDouble();
  answerNow(api, { open: [nowTask(1), nowTask(2)] });
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(shown.host.querySelectorAll('a.row')).toHaveLength(2));
});
afterEach(() => {
  shown.close();
  window.localStorage.clear();
  delete document.documentElement.dataset.theme;
  delete document.documentElement.dataset.shortcuts;
});

async function press(key: string, target: EventTarget = document.body, over: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...over });
  await act(() => void target.dispatchEvent(event));
}
const path = () => window.location.pathname;
const focused = () => document.activeElement?.textContent ?? '';

it('leads to a page by two keys, and to a new task by one', async () => {
  await press('g');
  await press('h');
  expect(path()).toBe('/history');
  await press('g');
  await press('x');
  await press('i');
  expect(path()).toBe('/history');
  await press('c');
  expect(path()).toBe('/new');
});

it('walks through the rows of a list', async () => {
  await press('j');
  expect(focused()).toContain('Task 1');
  await press('j');
  expect(focused()).toContain('Task 2');
  await press('j');
  await press('k');
  expect(focused()).toContain('Task 1');
});

it('leads to the search of the history from where there is none', async () => {
  await press('/');
  expect(path()).toBe('/history');
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('type')).toBe('search'), 10_000);
});

it('does nothing while somebody types, or with a key of the browser', async () => {
  const field = shown.host.appendChild(document.createElement('textarea'));
  await press('c', field);
  await press('c', document.body, { ctrlKey: true });
  expect(path()).toBe('/');
});

it('lists the keys in a dialog, where the colours are chosen and kept', async () => {
  await press('?');
  await vi.waitFor(() => expect(shown.host.querySelector('dialog')?.open).toBe(true));
  const dialog = shown.host.querySelector('dialog');
  expect(dialog?.textContent).toContain('gnNow');
  await press('c');
  expect(path()).toBe('/');
  const select = dialog?.querySelector('select');
  if (select == null) throw new Error('There is no choice of colours.');
  await act(() => {
    select.value = 'dark';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(window.localStorage.getItem('signalbox-theme')).toBe('dark');
  await act(() => dialog?.close());
  expect(shown.host.querySelector('dialog')).toBeNull();
});

it('follows no letter and no sign once that is switched off, also after a reload', async () => {
  await press('?');
  const box = await vi.waitFor(() => {
    const found = shown.host.querySelector<HTMLInputElement>('dialog input[type="checkbox"]');
    if (found === null) throw new Error('There is no switch.');
    return found;
  });
  expect(box.checked).toBe(true);
  await act(() => box.click());
  await act(() => shown.host.querySelector('dialog')?.close());
  shown.close();
  shown = await showApp(api, '/');
  await vi.waitFor(() => expect(shown.host.querySelectorAll('a.row')).toHaveLength(2));
  for (const key of ['c', 'j', '?', 'g', 'h']) await press(key);
  expect(path()).toBe('/');
  expect(document.activeElement?.matches('a.row')).toBe(false);
  expect(shown.host.querySelector('dialog')).toBeNull();
  await act(() => shown.host.querySelector<HTMLButtonElement>('.help-button')?.click());
  await act(() => shown.host.querySelector<HTMLInputElement>('dialog input[type="checkbox"]')?.click());
  await act(() => shown.host.querySelector('dialog')?.close());
  await press('c');
  expect(path()).toBe('/new');
});

it('moves the focus to the content of a new page, and names the page in the title', async () => {
  await press('g');
  await press('i');
  await vi.waitFor(() => expect(document.title).toBe('Insights · Signalbox'));
  expect(document.activeElement?.id).toBe('main');
  expect(shown.host.querySelector('nav a[aria-current="page"]')?.textContent).toBe('Insights');
});
