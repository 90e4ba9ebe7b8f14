import { afterEach, beforeEach, expect, it } from 'vitest';
import { nowTask, SESSION } from '../view/testing/now-fixture.ts';
import { createNotices } from './notices.ts';

/** What the browser was told to show. */
class Shown {
  static permission: NotificationPermission = 'default';
  static all: Shown[] = [];
  static requestPermission = async () => {
    Shown.permission = 'granted';
    return Shown.permission;
  };
  onclick: (() => void) | null = null;
  readonly title: string;
  readonly options: NotificationOptions | undefined;
  constructor(title: string, options?: NotificationOptions) {
    this.title = title;
    this.options = options;
    Shown.all.push(this);
  }
  close(): void {}
}

let isHidden = true;
const opened: string[] = [];
beforeEach(() => {
  Shown.permission = 'default';
  Shown.all = [];
  isHidden = true;
  opened.length = 0;
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
  Object.assign(window, { Notification: Shown });
});
afterEach(() => {
  Reflect.deleteProperty(document, 'hidden');
  Reflect.deleteProperty(window, 'Notification');
});

const notices = () => createNotices({ window, open: (address) => opened.push(address) });
const waits = (number: number, stateSince = 0) =>
  nowTask(number, { status: 'waiting', state: 'waiting_approval', stateSince });

it('tells once of what has begun to wait, and leads to it', async () => {
  const made = notices();
  await made.ask();
  made.note([waits(1)]);
  made.note([waits(1), waits(2)]);
  made.note([waits(1), waits(2)]);
  expect(Shown.all.map(({ title, options }) => [title, options?.body])).toEqual([
    ['Work waits for approval', 'Task 2'],
  ]);
  Shown.all[0]?.onclick?.();
  expect(opened).toEqual([`/sessions/${SESSION}`]);
});

it('tells again of a task that waits anew', async () => {
  const made = notices();
  await made.ask();
  made.note([waits(1, 1)]);
  made.note([]);
  made.note([waits(1, 2)]);
  expect(Shown.all).toHaveLength(1);
});

it('says nothing while the page is seen, nor without leave', async () => {
  const made = notices();
  made.note([]);
  made.note([waits(1)]);
  await made.ask();
  isHidden = false;
  made.note([waits(1), waits(2)]);
  expect(Shown.all).toEqual([]);
});

it('knows a browser that has none', () => {
  Reflect.deleteProperty(window, 'Notification');
  expect(notices().permission.value).toBe('unsupported');
});
