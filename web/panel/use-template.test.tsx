import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApi } from '../model/api.ts';
import { UseTemplate } from './use-template.tsx';

const SESSION = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const UPDATE = {
  id: '2c8f7a3b-1c7e-4c0e-9d53-0b8f7a3b1c7e',
  name: 'update',
  description: '',
  text: 'Update {{package}}.',
  variables: [{ name: 'package', description: '', default: null }],
  options: {},
  createdAt: 1,
  createdBy: 'mona',
  updatedAt: 1,
  updatedBy: 'mona',
};

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

it("starts a task with a template's variables, and says what the API refuses", async () => {
  const sent: unknown[] = [];
  const api = createApi(async (input, init) => {
    if (init?.method === 'GET') {
      expect(String(input)).toBe('/api/prompts?account=local');
      return Response.json({ items: [UPDATE] });
    }
    sent.push([String(input), JSON.parse(String(init?.body))]);
    const problem = {
      type: 'x',
      title: 'x',
      status: 409,
      code: 'not_allowed',
      detail: 'It is closed.',
      remedy: 'Open it.',
    };
    return Response.json(problem, { status: 409 });
  });
  await act(() => render(<UseTemplate api={api} sessionId={SESSION} account="local" />, host));
  await expect.poll(() => host.querySelectorAll('option').length).toBe(2);
  const set = (field: HTMLInputElement | HTMLSelectElement | null, value: string, type: string) =>
    act(() => {
      if (field === null) throw new Error('There is no such field.');
      field.value = value;
      field.dispatchEvent(new Event(type, { bubbles: true }));
    });
  const start = () => host.querySelector('button');
  await set(host.querySelector('select'), 'update', 'change');
  expect(start()?.disabled).toBe(true);
  await set(host.querySelector('input'), 'zod', 'input');
  await act(() => start()?.click());
  await expect.poll(() => host.querySelector('[role="alert"]')?.textContent).toBe('It is closed. Open it.');
  expect(sent).toEqual([
    [`/api/sessions/${SESSION}/tasks`, { template: { name: 'update', variables: { package: 'zod' } } }],
  ]);
});
