import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionEvent } from '../../protocol/events.ts';
import { createReading, type Reading } from '../model/reading.ts';
import { createTimeline } from '../model/timeline.ts';
import { rowText } from './row-text.ts';
import { Timeline } from './timeline.tsx';

/** Scripts that are loaded on demand come late on a busy machine. */
const LOADED = { timeout: 30_000 };

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
  delete document.documentElement.dataset.shortcuts;
  vi.unstubAllGlobals();
});

const whole = (text: string) => ({ text, bytes: text.length, cut: false });
const said = (text: string, parent: string | null = null): SessionEvent => ({
  type: 'claude.text',
  text,
  parent,
});
const use = (toolUseId: string, name: string, input: object): SessionEvent => ({
  type: 'claude.tool_use',
  toolUseId,
  name,
  input: whole(JSON.stringify(input)),
  parent: null,
});
const result = (toolUseId: string, output: string, isError = false): SessionEvent => ({
  type: 'claude.tool_result',
  toolUseId,
  isError,
  output: whole(output),
  durationMs: 1_200,
  parent: null,
});

/** The timeline of these events, which are numbered as they come. */
async function show(...events: SessionEvent[]): Promise<Reading> {
  const logged = events.map((event, index) => ({ id: index + 1, at: 0, taskId: null, event }));
  const reading = createReading(signal(createTimeline().extend(logged)), rowText);
  await act(() => render(<Timeline reading={reading} />, host));
  return reading;
}

const ids = (): string[] => [...host.querySelectorAll('.timeline > li')].map(({ id }) => id);
const press = (key: string, target: Element = document.body) =>
  act(() => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
const named = (label: string): HTMLButtonElement => {
  const found = host.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`);
  if (found === null) throw new Error(`There is no button ${label}`);
  return found;
};

it('renders what is said as Markdown, with code in colours, and links only to the web', async () => {
  await show(
    said(
      '**Done**, see `greet.js` and main.rs:\n\n```js\nconst x = 1;\n```\n\n[a](https://example.com) [b](src/x) ![c](https://evil.test/c.png)',
    ),
  );
  await vi.waitFor(() => expect(host.querySelector('.hl-kwd')?.textContent).toBe('const'), LOADED);
  const text = host.querySelector('.said .text');
  expect(text?.querySelector('strong')?.textContent).toBe('Done');
  expect(text?.querySelector('pre')?.textContent).toBe('const x = 1;\n');
  const links = [...(text?.querySelectorAll('a') ?? [])].map(({ href, rel, target }) => [href, rel, target]);
  expect(links).toEqual([
    ['https://example.com/', 'nofollow noopener noreferrer', '_blank'],
    ['https://evil.test/c.png', 'nofollow noopener noreferrer', '_blank'],
  ]);
  expect(text?.querySelector('img')).toBeNull();
});

it('folds a tool call into one line with its state and duration, and unfolds to input and result', async () => {
  await show(use('a', 'Bash', { command: 'npm test' }), result('a', '12 passed'));
  const call = host.querySelector<HTMLDetailsElement>('details.tool');
  expect(call?.querySelector('summary')?.textContent).toBe('✓Bash npm test done 1.2 s');
  expect(call?.querySelector('pre')).toBeNull();
  await act(() => {
    if (call !== null) call.open = true;
    call?.dispatchEvent(new Event('toggle'));
  });
  expect([...(call?.querySelectorAll('pre') ?? [])].map(({ textContent }) => textContent)).toEqual([
    'npm test',
    '12 passed',
  ]);
});

it('says of a call whether it runs, failed, or will have no result', async () => {
  await show(
    use('a', 'Bash', { command: 'x' }),
    result('a', 'no such file', true),
    use('b', 'Bash', { command: 'y' }),
    { type: 'job.lost', epoch: 1, reason: 'gone' },
    use('c', 'Bash', { command: 'z' }),
  );
  const states = [...host.querySelectorAll('details.tool')].map(({ className }) => className);
  expect(states).toEqual(['tool failed', 'tool over', 'tool running']);
});

it("shows a sub-agent's doing below its call once somebody wants to see it", async () => {
  await show(
    use('agent', 'Agent', { description: 'Look around' }),
    said('I look', 'agent'),
    said('I looked', 'agent'),
    result('agent', 'All fine'),
    said('Good'),
  );
  expect(ids()).toEqual(['event-1', 'event-5']);
  const steps = [...host.querySelectorAll('button')].find((one) => one.textContent?.includes('2 steps'));
  await act(() => steps?.click());
  expect(ids()).toEqual(['event-1', 'event-2', 'event-3', 'event-5']);
  expect(host.querySelector('#event-2 strong')?.textContent).toBe('Sub-agent');
});

it('cuts long text and shows all of it when asked', async () => {
  const long = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
  await show(said(long));
  const words = () => host.querySelector('.said')?.textContent ?? '';
  expect(words()).toContain('line 39');
  expect(words()).not.toContain('line 40');
  const more = [...host.querySelectorAll('button')].find((one) => one.textContent?.startsWith('Show all'));
  await act(() => more?.click());
  expect(words()).toContain('line 99');
});

it('shows an edit as what was there and what came in its place', async () => {
  const reading = await show(
    use('a', 'Edit', { file_path: '/shop/door.js', old_string: 'shut', new_string: 'open' }),
    result('a', 'ok'),
  );
  expect(host.querySelector('.tool summary code')?.textContent).toBe('/shop/door.js');
  await act(() => reading.toggle('1'));
  expect(host.querySelector('.before')?.textContent).toBe('Before:shut');
  expect(host.querySelector('.after')?.textContent).toBe('After:open');
});

it('shows input that was cut as it is, and says where all of it is', async () => {
  const input = { text: '{"content":"abc', bytes: 90_000, cut: true, kept: 'texts/1.txt' };
  const reading = await show({ type: 'claude.tool_use', toolUseId: 'a', name: 'Write', input, parent: null });
  await act(() => reading.toggle('1'));
  expect(host.querySelector('.tool pre')?.textContent).toBe('{"content":"abc');
  expect(host.querySelector('.tool')?.textContent).toContain('texts/1.txt');
});

it('writes a to-do list as a list of what is done and what is not', async () => {
  const reading = await show(
    use('a', 'TodoWrite', { todos: [{ content: 'Oil', status: 'completed', activeForm: 'Oiling' }] }),
    result('a', 'ok'),
  );
  expect(host.querySelector('.tool summary')?.textContent).toContain('1 of 1 done');
  await act(() => reading.toggle('1'));
  expect(host.querySelector('.todo-items li')?.textContent).toBe('●Done: Oil');
});

it('finds words, says how many and where the reader is among them', async () => {
  await show(said('red'), said('blue'), said('red again'));
  const box = host.querySelector<HTMLInputElement>('input[type=search]');
  if (box === null) throw new Error('There is nothing to search with.');
  await act(() => {
    box.value = 'red';
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect(host.querySelector('.hits .number')?.textContent).toBe('2 found');
  await press('Enter', box);
  expect(host.querySelector('.hits .number')?.textContent).toBe('1 of 2 found');
  await act(() => named('Next find').click());
  expect(host.querySelector('[aria-current]')?.id).toBe('event-3');
  await press('Escape', box);
  expect(host.querySelector('.hits')).toBeNull();
});

it('is read with the keyboard: from row to row, unfolding, to the next error and to the search', async () => {
  await show(said('one'), use('a', 'Bash', { command: 'x' }), result('a', 'no', true), said('three'));
  await press('j');
  expect(document.activeElement?.id).toBe('event-4');
  await press('k');
  expect(document.activeElement?.id).toBe('event-2');
  await press('o');
  expect(host.querySelector<HTMLDetailsElement>('#event-2 details')?.open).toBe(true);
  await press('Enter', host.querySelector('#event-2') ?? document.body);
  expect(host.querySelector<HTMLDetailsElement>('#event-2 details')?.open).toBe(false);
  await press('k');
  await press('e');
  expect(document.activeElement?.id).toBe('event-2');
  expect(host.querySelector('.problems .number')?.textContent).toBe('1 of 1 error');
  await press('/');
  expect(document.activeElement?.id).toBe('search-session');
  await press('j', document.activeElement ?? document.body);
  expect(host.querySelector('[aria-current]')?.id).toBe('event-2');
});

it('leaves letters alone where shortcuts are switched off; Enter still unfolds the row that has the focus', async () => {
  const reading = await show(use('a', 'Bash', { command: 'x' }), result('a', 'no', true));
  document.documentElement.dataset.shortcuts = 'off';
  for (const key of ['j', 'e', '/']) await press(key);
  expect(document.activeElement).toBe(document.body);
  await act(() => reading.goTo(1));
  const row = host.querySelector('#event-1') ?? document.body;
  await press('Enter', row);
  await press('o', row);
  expect(host.querySelector<HTMLDetailsElement>('#event-1 details')?.open).toBe(true);
});

it('leaves the second of two keys to the page around it', async () => {
  const reading = await show(said('red'), said('red'));
  reading.query.value = 'red';
  await press('g');
  await press('n');
  expect(host.querySelector('[aria-current]')).toBeNull();
  await press('n');
  expect(host.querySelector('[aria-current]')?.id).toBe('event-1');
});

it('copies the text of an event, and the link to it', async () => {
  const copied: string[] = [];
  vi.stubGlobal('navigator', {
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
  await show(said('Take this'), said('and that'));
  await act(async () => named('Copy the text of event 1').click());
  await act(async () => named('Copy the link to event 2').click());
  const { origin, pathname } = window.location;
  expect(copied).toEqual(['Take this', `${origin}${pathname}#event-2`]);
  expect(host.querySelector('.said-now')?.textContent).toBe('The link is copied.');
});

it('says so where the browser has no clipboard', async () => {
  vi.stubGlobal('navigator', {});
  await show(said('Take this'));
  await act(async () => named('Copy the text of event 1').click());
  expect(host.querySelector('.said-now')?.textContent).toBe('The browser does not let this page copy.');
});

it('goes to the event that the address names', async () => {
  window.history.replaceState(null, '', '#event-2');
  await show(said('one'), said('two'), said('three'));
  expect(host.querySelector('[aria-current]')?.id).toBe('event-2');
  window.history.replaceState(null, '', window.location.pathname);
});
