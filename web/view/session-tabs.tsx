import type { TaskView } from '../../protocol/task.ts';

export type TabName = 'conversation' | 'files' | 'checks' | 'approval';
export type Tab = { name: TabName; label: string };

/** What of a task's work there is to see, beside the conversation. */
export function tabsOf({ work, repositories = [], gates, decision, state }: TaskView): Tab[] {
  const files =
    (work?.files ?? 0) + repositories.reduce((sum, { changes }) => sum + (changes?.files ?? 0), 0);
  const tabs: (Tab | null)[] = [
    work !== undefined && files > 0 ? { name: 'files', label: `Files ${files}` } : null,
    gates !== undefined && gates.names.length > 0 ? { name: 'checks', label: 'Checks' } : null,
    decision !== undefined || state === 'waiting_approval' ? { name: 'approval', label: 'Approval' } : null,
  ];
  return tabs.filter((tab) => tab !== null);
}

type Props = { task: TaskView; shown: TabName; onShow: (name: TabName) => void };

/** Where there is no room for all of it beside each other. The arrow keys go from tab to tab. */
export function SessionTabs({ task, shown, onShow }: Props) {
  const tabs: Tab[] = [{ name: 'conversation', label: 'Conversation' }, ...tabsOf(task)];
  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const index = tabs.findIndex(({ name }) => name === shown);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onShow(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label="This session" onKeyDown={onKeyDown}>
      {tabs.map(({ name, label }) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === shown}
          aria-controls={name === shown ? `panel-${name}` : undefined}
          tabIndex={name === shown ? 0 : -1}
          onClick={() => onShow(name)}
        >
          {label}
          {wants(task, name) && (
            <>
              <span class="wanted" aria-hidden="true" /> <span class="aloud">(waits for somebody)</span>
            </>
          )}
        </button>
      ))}
    </div>
  );
}

/** Somebody must do something there. */
function wants({ state }: TaskView, name: TabName): boolean {
  return (
    (name === 'approval' && state === 'waiting_approval') || (name === 'checks' && state === 'qa_failed')
  );
}
