import type { ComponentChildren } from 'preact';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect } from 'vitest';
import { type MeAnswer, meAnswerSchema } from '../../../protocol/people.ts';
import { createAddress } from '../../model/address.ts';
import { createApi } from '../../model/api.ts';
import { createMe } from '../../model/me.ts';
import type { RecordsApp } from '../records-app.ts';
import { FakeApi } from './fake-api.ts';

export const ACCOUNT = 'github:583231';

/** Somebody with a role in one account. */
export const readerWith = (role: 'viewer' | 'operator' | 'admin' | null): MeAnswer => ({
  login: 'mona',
  id: 7,
  proof: 'browser',
  isDeploymentAdmin: false,
  accounts: [{ account: ACCOUNT, role, repositories: role === null ? [{ id: 5, role: 'viewer' }] : 'all' }],
});

/** A page in a document, on a network of the test's. */
export class TestPage {
  readonly api = new FakeApi();
  readonly host = document.createElement('div');
  signedOut = 0;
  readonly app: RecordsApp;

  constructor(reader: MeAnswer) {
    this.api.answer('GET /api/me', meAnswerSchema, reader);
    document.body.append(this.host);
    const api = createApi(this.api.fetch);
    const address = createAddress(window);
    address.listen(() => {});
    this.app = {
      api,
      onSignedOut: () => {
        this.signedOut += 1;
      },
      me: createMe(api),
      search: address.search,
      open: address.open,
      replaceSearch: address.replaceSearch,
    };
  }

  async show(make: (app: RecordsApp) => ComponentChildren): Promise<void> {
    await this.app.me.read();
    await act(() => render(make(this.app), this.host));
  }

  close(): void {
    render(null, this.host);
    this.host.remove();
    window.history.replaceState(null, '', '/');
  }

  /** Waits until the page says it. */
  async sees(text: string | RegExp): Promise<void> {
    const matcher = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
    await expect.poll(() => this.host.textContent, { timeout: 5_000 }).toEqual(matcher);
  }

  /** The element with the role and the words on it. */
  button(name: string): HTMLButtonElement {
    const found = [...this.host.querySelectorAll('button')].filter(({ textContent }) => textContent === name);
    const last = found.at(-1);
    if (last === undefined) throw new Error(`There is no button "${name}" in: ${this.host.textContent}`);
    return last;
  }

  async press(name: string): Promise<void> {
    await act(() => this.button(name).click());
  }

  field(label: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
    const found = [...this.host.querySelectorAll('label')].find(({ textContent }) => textContent === label);
    const input = this.host.querySelector<HTMLInputElement>(`#${CSS.escape(found?.htmlFor ?? 'none')}`);
    if (input === null) throw new Error(`There is no field "${label}" in: ${this.host.textContent}`);
    return input;
  }

  async fill(label: string, value: string): Promise<void> {
    const field = this.field(label);
    await act(() => {
      field.value = value;
      field.dispatchEvent(
        new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }),
      );
    });
  }

  /** Ticks the box with these words. */
  async choose(label: string): Promise<void> {
    const found = [...this.host.querySelectorAll('label')].find(({ textContent }) => textContent === label);
    const box = found?.querySelector('input');
    if (box == null) throw new Error(`There is no box "${label}".`);
    await act(() => box.click());
  }

  /** As Enter in one of its fields does. */
  async submit(): Promise<void> {
    await act(() => {
      this.host
        .querySelector('dialog form, form')
        ?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }));
    });
  }
}
