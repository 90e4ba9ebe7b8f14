import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type {} from '../fuzz.ts';
import { formatTargets, type TargetRow } from './format-targets.ts';

/** Says of each target when it ends how many inputs it took, and all of it again at the end. */
export default class TargetReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { target, inputs, state } = rowOf(test);
    if (state === 'skipped') return;
    console.log(`${state}  ${inputs}  ${target}`);
    for (const error of test.result().errors ?? []) console.log(`  ${error.message}`);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    console.log(`\n${formatTargets(tests.map(rowOf))}`);
    for (const module of modules) for (const error of module.errors()) console.log(error.message);
  }
}

function rowOf(test: TestCase): TargetRow {
  const { state } = test.result();
  return {
    target: test.fullName,
    inputs: test.meta().fuzz?.inputs ?? 0,
    seconds: (test.diagnostic()?.duration ?? 0) / 1_000,
    state: state === 'pending' ? 'skipped' : state,
  };
}
