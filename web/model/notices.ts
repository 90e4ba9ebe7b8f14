import { type Signal, signal } from '@preact/signals';
import type { NowTask } from '../../protocol/now.ts';

/** What the browser allows. */
export type NoticePermission = NotificationPermission | 'unsupported';

export type Notices = {
  permission: Signal<NoticePermission>;
  /** Asks the reader; only after a button, as browsers demand. */
  ask(): Promise<void>;
  /** Tells of what waits now and did not before, while the page is not seen. */
  note(waiting: readonly NowTask[]): void;
};

type Deps = { window: Window & { Notification?: typeof Notification }; open: (address: string) => void };

const WHAT: Partial<Record<NowTask['state'], string>> = {
  waiting_input: 'Claude waits for an answer',
  waiting_approval: 'Work waits for approval',
  qa_failed: 'A check has failed',
};

/** Notifications of the browser for what waits for the reader. */
export function createNotices({ window, open }: Deps): Notices {
  const Made = window.Notification;
  const permission = signal<NoticePermission>(Made?.permission ?? 'unsupported');
  /** Null before the first look: what waits already is no news. */
  let known: Set<string> | null = null;

  function tell(task: NowTask): void {
    if (Made === undefined || permission.value !== 'granted' || !window.document.hidden) return;
    const what = WHAT[task.state] ?? 'A task waits for you';
    const notice = new Made(what, { body: task.title, tag: task.id });
    notice.onclick = () => {
      window.focus();
      open(`/sessions/${task.sessionId}`);
      notice.close();
    };
  }

  return {
    permission,
    async ask() {
      if (Made !== undefined) permission.value = await Made.requestPermission();
    },
    note(waiting) {
      const keys = new Map(waiting.map((task) => [`${task.id} ${task.stateSince}`, task]));
      if (known !== null) {
        for (const [key, task] of keys) if (!known.has(key)) tell(task);
      }
      known = new Set(keys.keys());
    },
  };
}
