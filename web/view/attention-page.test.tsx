import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Attention } from '../model/attention-model.ts';
import { AttentionPage } from './attention-page.tsx';
import { attentionOf, STUCK } from './testing/attention-fixture.ts';

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
});
afterEach(() => {
  render(null, host);
  host.remove();
});

const show = (attention: Attention) => act(() => render(<AttentionPage attention={attention} />, host));
const button = (name: string) => {
  const found = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (found === undefined) throw new Error(`There is no button "${name}".`);
  return found;
};

it('says that nothing is stuck', async () => {
  await show(attentionOf([]).attention);
  expect(host.querySelector('h2')?.textContent).toBe('Nothing is stuck');
  expect(host.querySelectorAll('button')).toHaveLength(0);
});

it('shows what is stuck, why, and what to do', async () => {
  await show(attentionOf([STUCK]).attention);
  const text = host.querySelector('.stuck li')?.textContent;
  expect(text).toContain('The tracking comment of task 1 could not be written in acme/shop#1.');
  expect(text).toContain('60 attempts');
  expect(text).toContain('GitHub answered 404: Not Found');
  expect(text).toContain('Check that the App is still installed there.');
  expect(host.querySelector('.stuck a')?.getAttribute('href')).toBe(`/sessions/${STUCK.sessionId}`);
});

it('shows hostile text as text', async () => {
  await show(attentionOf([{ ...STUCK, lastError: '<img src=x onerror=alert(1)>' }]).attention);
  expect(host.querySelector('img')).toBeNull();
  expect(host.querySelector('.error')?.textContent).toBe('<img src=x onerror=alert(1)>');
});

it('tries again with one button', async () => {
  const { attention, told } = attentionOf([STUCK]);
  await show(attention);
  await act(() => button('Try again').click());
  expect(told).toEqual(['retry abc']);
  await act(() => {
    attention.said.value = 'It is being tried again.';
  });
  expect(host.querySelector('[role="status"]')?.textContent).toBe('It is being tried again.');
});

it('gives up only with a reason', async () => {
  const { attention, told } = attentionOf([STUCK]);
  await show(attention);
  expect(button('Give up…').getAttribute('aria-expanded')).toBe('false');
  await act(() => button('Give up…').click());
  expect(button('Give up…').getAttribute('aria-expanded')).toBe('true');
  expect(button('Give it up').disabled).toBe(true);
  const input = host.querySelector('input');
  const form = host.querySelector('form');
  if (input === null || form === null) throw new Error('There is no form.');
  await act(() => {
    input.value = 'The issue is gone.';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(() => {
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  expect(told).toEqual(['dismiss abc: The issue is gone.']);
});

it('offers no button for what can not be helped from here', async () => {
  await show(attentionOf([{ ...STUCK, canRetry: false, canDismiss: false, sessionId: null }]).attention);
  expect(host.querySelectorAll('.stuck button, .stuck a')).toHaveLength(0);
});
