import type { SessionEvent } from '../protocol/events.ts';
import type { GateResult } from '../protocol/gates.ts';
import { neutralLine, neutralLines } from './neutral-text.ts';
import { line, type StepOutput } from './step-output.ts';
import { toolLine } from './tool-line.ts';

const MAX_LINE_CHARS = 300;
/** Of a gate's output; the page has more. */
const MAX_GATE_LINES = 200;

const LEVELS = { warning: 'Warning', error: 'Error' } as const;

const short = (text: string): string => neutralLine(text, MAX_LINE_CHARS);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const dollars = (usd: number): string => `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
const group = (title: string, lines: readonly string[]): StepOutput[] =>
  lines.length === 0 ? [line(title)] : [{ type: 'group', title }, ...lines.map(line), { type: 'end_group' }];

/** What the log of the step says of an event. `turn`: it stands in the group of Claude's turn. */
export type Told = { turn: boolean; output: StepOutput[] };

const outside = (...output: StepOutput[]): Told => ({ turn: false, output });
const inTurn = (lines: readonly string[]): Told => ({ turn: true, output: lines.map(line) });
const NOTHING = outside();

/** The words of an event in the log of a step; none for what only the page shows. */
export function tellEvent(event: SessionEvent): Told {
  switch (event.type) {
    case 'preflight.check':
      if (event.ok) return NOTHING;
      return outside(line(short(`Warning: ${event.name}: ${event.detail} ${event.remedy ?? ''}`)));
    case 'job.queued':
      return outside(line(short(`Waiting for a runner${event.reason === null ? '' : `: ${event.reason}`}`)));
    case 'job.assigned':
      return outside(line(short(`${event.runnerName} took the task.`)));
    case 'workspace.ready':
      return outside(
        line(
          short(`Works on ${event.branch ?? 'the folder'} from ${event.base ?? event.head ?? 'its files'}.`),
        ),
      );
    case 'claude.text':
      return inTurn(indented(neutralLines(event.text), event.parent));
    case 'claude.tool_use':
      return inTurn(indented([toolLine(event.name, event.input.text)], event.parent));
    case 'claude.tool_result':
      return event.isError
        ? inTurn(indented([short(`  failed: ${event.output.text}`)], event.parent))
        : NOTHING;
    case 'claude.permission_denied':
      return inTurn([short(`  not permitted: ${event.name}: ${event.message}`)]);
    case 'claude.api_retry':
      return inTurn([`The model's side answered with ${event.status ?? 'an error'}; trying again.`]);
    case 'claude.turn_ended':
      return outside(line(`Turn over after ${seconds(event.durationMs)}, ${dollars(event.usage.costUsd)}.`));
    case 'notice':
      return outside(
        line(short(event.level === 'info' ? event.text : `${LEVELS[event.level]}: ${event.text}`)),
      );
    case 'question.asked':
      return outside(line(short(`Warning: Claude asks: ${event.items.map(({ text }) => text).join(' ')}`)));
    case 'automation.judged':
      return outside(
        line(short(event.holds ? 'The end criteria hold.' : `Still missing: ${event.missing ?? ''}`)),
      );
    case 'work.captured':
      if (!event.changed) return outside(line('Nothing was changed.'));
      return outside(
        ...group(
          `Changed files: ${event.files.length}${event.filesCut ? ' and more' : ''}, +${event.insertions} −${event.deletions}`,
          event.files.map(({ status, path }) => short(`${status} ${path}`)),
        ),
      );
    case 'gate.finished':
      return outside(...tellGate(event.gate));
    case 'push.done':
      return outside(line(short(`Pushed ${event.sha.slice(0, 12)} to ${event.branch}.`)));
    case 'pull_request.opened':
      return outside(line(short(`Pull request: ${event.pullRequest.url}`)));
    case 'task.moved':
      return outside(line(short(`${event.to}${event.reason === null ? '' : `: ${event.reason}`}`)));
    case 'task.failed':
      return outside(line(short(`Error: ${event.failure.message} ${event.failure.remedy}`)));
    case 'task.recovering':
      return outside(line(short(`Warning: ${event.failure.message} It is tried again.`)));
    case 'job.lost':
      return outside(line(short(`Warning: The runner was lost: ${event.reason}`)));
    case 'message.received':
      return outside(line(short(`${event.author}: ${event.text}`)));
    default:
      return NOTHING;
  }
}

function tellGate({
  name,
  required,
  status,
  detail,
  durationMs,
  output,
  annotations,
}: GateResult): StepOutput[] {
  const kind = required ? '' : ', advisory';
  const title = short(
    `Gate "${name}"${kind}: ${status} (${seconds(durationMs)})${detail === null ? '' : `: ${detail}`}`,
  );
  const lines = neutralLines(output.text).filter((each) => each.trim() !== '');
  const shown = status === 'passed' ? [] : lines.slice(-MAX_GATE_LINES);
  return [
    ...group(title, shown),
    ...annotations.map((annotation): StepOutput => ({ type: 'annotation', annotation, title: short(name) })),
  ];
}

/** What a sub-agent does stands further in. */
function indented(lines: readonly string[], parent: string | null): string[] {
  return parent === null ? [...lines] : lines.map((each) => `    ${each}`);
}
