import type { RunnerEvent } from '../../../protocol/events.ts';
import { NO_GATES, type TaskGates } from '../../../protocol/gates.ts';
import type { CheckAnnotation } from '../../github-write.ts';
import { change, changeView, type TaskDraft } from '../task-draft.ts';

/** With the task they are stored at each of its frames, and nobody reads more beside a change. */
const MAX_KEPT_ANNOTATIONS = 100;
const MAX_ANNOTATION_CHARS = 300;

type GateEvent = Extract<
  RunnerEvent,
  { type: 'tests.written' | 'gates.started' | 'gate.finished' | 'gates.finished' | 'gates.overridden' }
>;

/** Keeps how the gates of a task stand: each round begins anew. */
export function noteGate(draft: TaskDraft, event: GateEvent): void {
  switch (event.type) {
    case 'tests.written':
      changeGates(draft, { generatedTests: event.files });
      return;
    case 'gates.started':
      change(draft, { gateAnnotations: [] });
      changeGates(draft, { names: event.names, results: [], overriddenBy: overriddenBy(draft) });
      return;
    case 'gate.finished': {
      const { output: _output, annotations, annotationsCut: _cut, ...summary } = event.gate;
      const known = gatesOf(draft).results.filter(({ name }) => name !== summary.name);
      changeGates(draft, { results: [...known, summary] });
      keepAnnotations(
        draft,
        annotations.map(({ path, line, level, message }) => ({
          path,
          line,
          level,
          message: `${summary.name}: ${message}`.slice(0, MAX_ANNOTATION_CHARS).toWellFormed(),
        })),
      );
      return;
    }
    case 'gates.finished':
      if (event.retry !== undefined) changeGates(draft, { retries: event.retry });
      return;
    case 'gates.overridden':
      changeGates(draft, { overriddenBy: event.by });
      return;
  }
}

/** An override is of one state of the work. */
function overriddenBy({ task: { overridden, tree } }: TaskDraft): string | null {
  return overridden != null && overridden.tree === tree ? overridden.by : null;
}

export function gatesOf({ task }: TaskDraft): TaskGates {
  return task.view.gates ?? NO_GATES;
}

export function changeGates(draft: TaskDraft, fields: Partial<TaskGates>): void {
  changeView(draft, { gates: { ...gatesOf(draft), ...fields } });
}

function keepAnnotations(draft: TaskDraft, added: readonly CheckAnnotation[]): void {
  if (added.length === 0) return;
  const all = [...(draft.task.gateAnnotations ?? []), ...added];
  change(draft, { gateAnnotations: all.slice(0, MAX_KEPT_ANNOTATIONS) });
}
