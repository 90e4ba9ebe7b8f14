import type { CutText } from '../../../protocol/events.ts';
import { type GateResult, gatesPass } from '../../../protocol/gates.ts';
import type { GateDecision } from '../gate-order.ts';
import type { JobContext } from '../job-context.ts';
import type { JobEnd } from '../job-end.ts';
import { endOfStop } from '../job-end.ts';
import {
  describeFailures,
  type GatedWork,
  type PlannedGates,
  planGates,
  runWorkspaceGates,
} from './run-workspace-gates.ts';

/** What comes of a round of gates. */
export type GatesEnd =
  | { status: 'passed' }
  /** Claude gets this and tries again; `onTold` is called when it has it. */
  | { status: 'tell'; text: string; onTold: () => void }
  /** A person's message came first, or the gates alone are to run again. */
  | { status: 'more_to_say' }
  | { status: 'ended'; end: JobEnd };

/** Of a failed gate's output in the event that ends a round; the gate's own event has more. */
const MAX_TAIL_CHARS = 2_000;

/** The rounds of gates of one job: run by the runner, outside the model, on work that is captured. */
export class GateRounds {
  readonly #context: JobContext;
  #retries: number;
  #overriddenTree: string | null;

  constructor(context: JobContext) {
    const { recall, job } = context;
    this.#context = context;
    this.#retries = recall.gateRetries;
    this.#overriddenTree = recall.overriddenTree ?? job.overriddenTree;
  }

  /** Runs the gates of every repository whose work this is. @param tree names all of it, for people's decisions */
  async check(tree: string, works: readonly GatedWork[]): Promise<GatesEnd> {
    const { emit, stop, recall } = this.#context;
    if (tree !== '' && tree === this.#overriddenTree) {
      emit({ type: 'gates.started', names: [] });
      emit({ type: 'gates.finished', passed: true, results: [] });
      return { status: 'passed' };
    }
    const planned: PlannedGates[] = [];
    for (const work of works) {
      const plan = await planGates(this.#context, work, recall.generatedTests);
      if ('end' in plan) return { status: 'ended', end: plan.end };
      planned.push(plan.planned);
    }
    emit({ type: 'gates.started', names: planned.flatMap(({ names }) => names) });
    const rounds: { plan: PlannedGates; results: GateResult[] }[] = [];
    for (const plan of planned) {
      const results = await runWorkspaceGates(this.#context, plan);
      if (results === null || stop.reason !== null) return this.#stopped();
      rounds.push({ plan, results });
    }
    const results = rounds.flatMap((round) => round.results);
    const passed = gatesPass(results);
    const most = Math.min(...planned.map(({ input }) => input.plan.retries));
    const retries = !passed && canMend(results) && this.#retries < most;
    if (retries) this.#retries += 1;
    emit({
      type: 'gates.finished',
      passed,
      results: results.map(shortResult),
      ...(retries ? { retry: this.#retries } : {}),
    });
    if (passed) return { status: 'passed' };
    const failures = rounds
      .filter((round) => !gatesPass(round.results))
      .map((round) => describeFailures(round.plan, round.results))
      .join('\n\n');
    if (retries) return { status: 'tell', text: failures, onTold: () => undefined };
    return this.#decide(tree, failures);
  }

  /** Waits for what people want done about it. A message to Claude is an answer too. */
  async #decide(tree: string, failures: string): Promise<GatesEnd> {
    const { gates, stop, messages } = this.#context;
    const message = messages.arrival();
    const decision = await gates.decided(tree, stop, message.came);
    message.off();
    if (decision === null) return stop.reason === null ? this.#answered(failures) : this.#stopped();
    return this.#carryOut(decision, tree, failures);
  }

  #answered(failures: string): GatesEnd {
    return { status: 'tell', text: failures, onTold: () => undefined };
  }

  #carryOut(decision: GateDecision, tree: string, failures: string): GatesEnd {
    const { emit } = this.#context;
    const taken = (): void => emit({ type: 'command.taken', commandId: decision.commandId });
    if (decision.type === 'override_gates') {
      this.#overriddenTree = tree;
      emit({ type: 'gates.overridden', tree, by: decision.by.slice(0, 100) });
      taken();
      return { status: 'passed' };
    }
    if (decision.how === 'gates') {
      taken();
      return { status: 'more_to_say' };
    }
    const { by, note } = decision;
    const said =
      note === null ? `${by} asks you to try again.` : `${by} asks you to try again and says:\n\n${note}`;
    return { status: 'tell', text: `${failures}\n\n${said}`, onTold: taken };
  }

  #stopped(): GatesEnd {
    const { reason } = this.#context.stop;
    if (reason !== null) return { status: 'ended', end: endOfStop(reason) };
    return { status: 'ended', end: { type: 'interrupted', reason: 'The gates were ended.' } };
  }
}

/** Claude can do nothing about a command that is not on the machine. */
function canMend(results: readonly GateResult[]): boolean {
  return results.some(({ required, status }) => required && (status === 'failed' || status === 'timed_out'));
}

function shortResult({ name, required, status, output, durationMs, detail }: GateResult) {
  const passed = status === 'passed' || status === 'skipped';
  const text = passed ? '' : [detail, output.text].filter((part) => part !== null && part !== '').join('\n');
  const tail: CutText = {
    text: text.slice(-MAX_TAIL_CHARS).toWellFormed(),
    bytes: output.bytes,
    cut: output.cut || text.length > MAX_TAIL_CHARS,
  };
  return { name, required, passed, output: tail, durationMs };
}
