import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp } from '../model/app.ts';
import { App } from './app.tsx';

const SHARE = '7c0e7f3a-2f0d-4b52-9a53-0d2b9f2f9a11';
const SESSION = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

/** Scripts that are loaded on demand come late on a busy machine. */
const LOADED = { timeout: 30_000 };

let host: HTMLElement;
let sockets: string[];
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  sockets = [];
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor(url: string) {
        sockets.push(url);
      }
      close() {}
    },
  );
});
afterEach(() => {
  render(null, host);
  host.remove();
  vi.unstubAllGlobals();
});

/** The page at an address, before a Worker that answers so; by method and path. */
async function at(address: string, answers: Record<string, unknown>) {
  window.history.replaceState(null, '', address);
  const asked: { path: string; body: string }[] = [];
  const fetch = async (path: string, init?: RequestInit) => {
    asked.push({ path, body: String(init?.body ?? '') });
    const answer = answers[`${init?.method ?? 'GET'} ${path.replace(/\?.*/, '')}`];
    const problem = { type: 'x', title: 'x', status: 401, code: 'unauthorized', detail: 'x', remedy: 'x' };
    return Response.json(answer ?? problem, { status: answer === undefined ? 401 : 200 });
  };
  const app = createApp({ fetch: fetch as typeof window.fetch, window });
  await act(async () => {
    render(<App app={app} />, host);
    await app.start();
  });
  return { app, asked };
}

const OPENED = { id: SHARE, scope: { kind: 'session', sessionId: SESSION }, expiresAt: 1_780_000_000_000 };

it('opens a link, takes its secret out of the address and follows the session', async () => {
  const { app, asked } = await at('/share#token=sbs_secret', {
    'POST /api/shares/open': OPENED,
    [`GET /api/shared/${SHARE}`]: OPENED,
  });
  expect(asked[0]).toMatchObject({ path: '/api/shares/open', body: '{"token":"sbs_secret"}' });
  await vi.waitFor(() => expect(sockets).toHaveLength(1), LOADED);
  expect(window.location.href).not.toContain('sbs_secret');
  expect(window.location.pathname).toBe(`/shared/${SHARE}`);
  expect(sockets[0]).toContain(`/api/shared/${SHARE}/sessions/${SESSION}/events?after=0`);
  expect(asked.map(({ path }) => path).join()).not.toContain('sbs_secret');
  await vi.waitFor(() => expect(host.textContent).toContain('Shared with you to read'), LOADED);
  // It can be searched and copied from, and nothing can be done to it.
  expect(host.querySelector('textarea, form')).toBeNull();
  expect(
    host.querySelectorAll('button:not(.reading-bar button, .row-actions button, .help-button)'),
  ).toHaveLength(0);
  app.close();
});

it('lists the sessions of an account and leads to each of them', async () => {
  const summary = {
    id: SESSION,
    account: 'github:1',
    title: 'Mend the door',
    status: 'idle',
    projectType: 'local',
    repository: null,
    branch: null,
    source: 'api',
    taskCount: 1,
    costUsd: 0,
    assignee: null,
    labels: [],
    createdAt: 1,
    updatedAt: 1,
  };
  const { app } = await at(`/shared/${SHARE}`, {
    [`GET /api/shared/${SHARE}`]: { ...OPENED, scope: { kind: 'account' } },
    [`GET /api/shared/${SHARE}/sessions`]: { items: [summary], next: null },
  });
  await vi.waitFor(() => expect(host.querySelector('a.row')).not.toBeNull(), LOADED);
  expect(host.querySelector('a.row')?.getAttribute('href')).toBe(`/shared/${SHARE}/sessions/${SESSION}`);
  app.close();
});

it('says so when the link has ended, and asks for no sign-in', async () => {
  const { app, asked } = await at(`/shared/${SHARE}`, {});
  await vi.waitFor(
    () => expect(host.textContent).toContain('This link has expired or was taken away'),
    LOADED,
  );
  expect(asked.map(({ path }) => path)).toEqual([`/api/shared/${SHARE}`]);
  expect(host.textContent).not.toContain('Sign in');
  app.close();
});

it('tells whoever reads which keys there are, and lets him switch them off', async () => {
  const { app } = await at(`/shared/${SHARE}`, { [`GET /api/shared/${SHARE}`]: OPENED });
  await vi.waitFor(() => expect(host.textContent).toContain('Shared with you to read'), LOADED);
  await act(() => host.querySelector<HTMLButtonElement>('.help-button')?.click());
  await vi.waitFor(() => expect(host.querySelector('dialog')?.open).toBe(true), LOADED);
  const words = host.querySelector('dialog')?.textContent ?? '';
  expect(words).toContain('Next error of a session');
  expect(words).toContain('Single letters and signs are shortcuts');
  // It leads where only people with a part in it come.
  expect(words).not.toContain('New task');
  app.close();
});
